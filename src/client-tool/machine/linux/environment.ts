/** What tells of the desktop: DISPLAY, WAYLAND_DISPLAY, XDG_SESSION_TYPE, XDG_SESSION_ID, GDK_SCALE. Usually this process's own. */
export type DesktopEnvironment = Readonly<Record<string, string | undefined>>;
