/** What may be asked about a job in a dialog. A link never opens one. */
export type JobQuestion = { readonly about: 'stop' | 'receipt' | 'priority'; readonly id: string };
export type AskAboutJob = (question: JobQuestion) => void;
