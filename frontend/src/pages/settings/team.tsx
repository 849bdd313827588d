import { Ellipsis, MailX, Plus, UserMinus } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useGet, useRefresh } from "@/data";
import { ago, n, t } from "@/i18n";
import type { Invitation, Member, Role, Team } from "@/types";
import {
  Avatar,
  Badge,
  Button,
  Card,
  type Choice,
  ErrorState,
  FormDialog,
  IconButton,
  MenuButton,
  MenuGroup,
  MenuItem,
  MenuLine,
  Skeleton,
  toast,
  toastProblem,
  useAsk,
} from "@/ui/kit";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

const roles = (): (Choice & { id: Role })[] => [
  { id: "owner", label: t("Owner"), note: t("Everything, also keys and the end of the account") },
  { id: "admin", label: t("Admin"), note: t("Everything but keys: settings and the team too") },
  { id: "editor", label: t("Editor"), note: t("People, forms and letters; sends") },
  { id: "viewer", label: t("Viewer"), note: t("Looks, changes nothing") },
];
const roleWord = (role: Role): string => roles().find((each) => each.id === role)?.label ?? role;

export function TeamSettings() {
  const team = useGet<Team>("/team");
  const [inviting, setInviting] = useState(false);
  const refresh = useRefresh();
  if (team.error && !team.data) return <ErrorState problem={team.error} retry={() => void team.refetch()} />;
  if (!team.data) return <Skeleton className="h-60 rounded-card!" />;
  const { members, invitations } = team.data;
  const invite = async (values: Record<string, string | boolean>) => {
    await api.post("/team/invitations", values);
    await refresh("/team");
    toast(t("{email} gets an invitation by email.", { email: String(values.email) }));
  };
  return (
    <>
      <Card
        title={t("People")}
        note={n("{count} person", "{count} people", members.length)}
        aside={
          <Button size="s" icon={<Plus size={14} aria-hidden />} onPress={() => setInviting(true)}>
            {t("Invite")}
          </Button>
        }
      >
        <ul className="mt-2 divide-y border-t">
          {members.map((member) => (
            <MemberRow key={member.id} member={member} />
          ))}
        </ul>
      </Card>
      {invitations.length > 0 && (
        <Card title={t("Invited")} note={String(invitations.length)}>
          <ul className="mt-2 divide-y border-t">
            {invitations.map((invitation) => (
              <InvitationRow key={invitation.id} invitation={invitation} />
            ))}
          </ul>
        </Card>
      )}
      {inviting && (
        <FormDialog
          title={t("Invite somebody")}
          lead={t("They get an email with a link that works once.")}
          open
          onClose={() => setInviting(false)}
          verb={t("Send the invitation")}
          fields={[
            { name: "email", label: t("Email"), kind: "email", required: true },
            { name: "role", label: t("Role"), kind: "cards", options: roles().slice(1) },
          ]}
          values={{ role: "editor" }}
          save={invite}
        />
      )}
    </>
  );
}

function MemberRow({ member }: { member: Member }) {
  const refresh = useRefresh();
  const ask = useAsk();
  const name = member.name || member.email;
  const you = member.is_you;
  const change = async (role: Role) => {
    try {
      await api.patch(`/team/members/${member.id}`, { role });
      await refresh("/team", "/session");
      toast(t("{name} is now {role}.", { name, role: roleWord(role) }));
    } catch (problem) {
      toastProblem(problem);
    }
  };
  const remove = () =>
    ask({
      title: t("Remove {name} from this account?", { name }),
      body: t("They lose access at once. What they wrote and sent stays. You can invite them again."),
      verb: t("Remove {name}", { name }),
      danger: true,
      run: async () => {
        await api.delete(`/team/members/${member.id}`);
        await refresh("/team");
      },
    });
  return (
    <li className="flex min-h-14 items-center gap-3 px-4 py-2">
      <Avatar name={name} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          {name} {you && <span className="font-normal text-muted">{t("(you)")}</span>}
        </span>
        <span className="block truncate text-cap text-muted">{member.email}</span>
      </span>
      <Badge tone={member.role === "owner" ? "ok" : "grey"}>{roleWord(member.role)}</Badge>
      <MenuButton label={t("Actions for {name}", { name })} size="s" icon={<Ellipsis {...stroke} />}>
        <MenuGroup title={t("Role")}>
          {roles().map((role) => (
            <MenuItem
              key={role.id}
              note={role.note}
              chosen={role.id === member.role}
              text={role.label}
              onAction={() => void change(role.id)}
            >
              {role.label}
            </MenuItem>
          ))}
        </MenuGroup>
        <MenuLine />
        <MenuItem danger icon={<UserMinus {...stroke} />} onAction={remove}>
          {t("Remove…")}
        </MenuItem>
      </MenuButton>
    </li>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const refresh = useRefresh();
  const withdraw = async () => {
    try {
      await api.delete(`/team/invitations/${invitation.id}`);
      await refresh("/team");
      toast(t("The link in the invitation to {email} no longer works.", { email: invitation.email }));
    } catch (problem) {
      toastProblem(problem);
    }
  };
  return (
    <li className="flex min-h-13 items-center gap-3 px-4 py-2">
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{invitation.email}</span>
        <span className="block text-cap text-muted">
          {t("invited {ago}", { ago: ago(invitation.created_at) })}
        </span>
      </span>
      <Badge>{roleWord(invitation.role)}</Badge>
      <IconButton size="s" label={t("Withdraw the invitation")} onPress={() => void withdraw()}>
        <MailX {...stroke} />
      </IconButton>
    </li>
  );
}
