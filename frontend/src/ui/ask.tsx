import { createContext, lazy, type ReactNode, Suspense, useContext, useState } from "react";

export type Question = {
  title: string;
  /** What will be so afterwards, with numbers. */
  body: ReactNode;
  /** The verb with its consequence: "Unsubscribe 12 people". */
  verb: string;
  danger?: boolean;
  /** A word the person types first, for what cannot be undone. */
  word?: string;
  run: () => unknown;
};

const ConfirmDialog = lazy(() => import("./confirm").then((confirm) => ({ default: confirm.ConfirmDialog })));
const Ask = createContext<(question: Question) => void>(() => {});

/** `const ask = useAsk(); ask({title, body, verb, run})` opens one question; it closes when `run` is through. */
export const useAsk = () => useContext(Ask);

export function AskProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  return (
    <Ask value={setQuestion}>
      {children}
      {question && (
        <Suspense>
          <ConfirmDialog {...question} onClose={() => setQuestion(null)} />
        </Suspense>
      )}
    </Ask>
  );
}
