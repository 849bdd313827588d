/** Somebody's HTML, shut in: no scripts, no forms, its own colours. Links open in a new tab when they may. */
export function LetterFrame(props: {
  title: string;
  html: string;
  dark?: boolean;
  links?: boolean;
  className?: string;
}) {
  const { title, html, dark, links, className } = props;
  const base = links ? '<base target="_blank">' : "";
  return (
    <iframe
      title={title}
      sandbox={links ? "allow-popups allow-popups-to-escape-sandbox" : ""}
      srcDoc={html.replace(/<head[^>]*>/i, (head) => head + base)}
      style={{ colorScheme: dark ? "dark" : "light", background: dark ? "#1c1b19" : "#fff" }}
      className={className}
    />
  );
}
