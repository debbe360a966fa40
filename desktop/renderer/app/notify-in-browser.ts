/** Notifications of the browser, where the person allowed them. */

/** Browsers ask the person only within a click, so this is called when one starts a deployment. */
export function askToNotify(): void {
  if ('Notification' in window && Notification.permission === 'default')
    void Notification.requestPermission();
}

export function notifyInBrowser({ title, body, view }: { title: string; body: string; view: string }): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const shown = new Notification(title, { body, tag: view });
  shown.onclick = () => {
    window.focus();
    history.pushState(null, '', view);
    dispatchEvent(new PopStateEvent('popstate'));
  };
}
