import { type RefObject, useEffect, useRef, useState } from "react";

/** Half of it in the window counts as seen. */
const THRESHOLD = 0.5;

/** Whether an element is in the visible part of the page. */
export function useInView<T extends Element>(): [RefObject<T | null>, boolean] {
  const element = useRef<T>(null);
  const [inView, setInView] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(
      ([entry]) => setInView(entry !== undefined && entry.intersectionRatio >= THRESHOLD),
      { threshold: [0, THRESHOLD] },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, inView];
}
