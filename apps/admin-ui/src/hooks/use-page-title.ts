import { visibleText } from '@renderdeck/contract';
import { useEffect } from 'react';

/** The document has one title, so its two parts are kept here. */
let page = '';
let isMarked = false;

function show(): void {
  document.title = `${isMarked ? '(!) ' : ''}${visibleText(page)} – Renderdeck`;
}

/** Sets the document title. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    page = title;
    show();
  }, [title]);
}

/** Puts "(!)" before the title of every page. */
export function useTitleMark(marked: boolean): void {
  useEffect(() => {
    isMarked = marked;
    show();
    return () => {
      isMarked = false;
      show();
    };
  }, [marked]);
}
