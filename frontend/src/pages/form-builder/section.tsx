import type { ReactNode } from "react";
import type { FormDetail } from "@/types";

export type EditProps = { form: FormDetail; onEdit: (part: Partial<FormDetail>) => void };

/** A part of the inspector, with a line above it unless it is the first. */
export const Section = ({ children, first }: { children: ReactNode; first?: boolean }) => (
  <div className={first ? "mt-4" : "-mx-4 mt-4 border-t px-4 pt-3.5"}>{children}</div>
);

export const SectionLabel = ({ children }: { children: ReactNode }) => (
  <p className="mb-1.5 text-label font-medium text-soft">{children}</p>
);
