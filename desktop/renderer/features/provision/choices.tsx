/** What a person chooses before a server is set up. */

import type { ProvisionOptions } from '../../../../shared/desktop/provision.ts';
import { Field, Tick } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';

export function Choices({
  options,
  onOptions,
}: {
  options: ProvisionOptions;
  onOptions(options: ProvisionOptions): void;
}) {
  const set = (part: Partial<ProvisionOptions>) => onOptions({ ...options, ...part });
  const domain = options.domain === '' ? '…' : options.domain;
  return (
    <Section title="Choices">
      <Field
        label="Domain of its apps"
        value={options.domain}
        onValue={(next) => set({ domain: next })}
        mono
        hint={`An app called hello answers at hello.${domain}.`}
      />
      <Tick
        label="Security updates by themselves"
        hint="The system installs its own, every day."
        checked={options.updates}
        onValue={(updates) => set({ updates })}
      />
      <Tick
        label="Firewall"
        hint="Only ssh, 80 and 443 are reached. One that is active already is kept, and opened for the web."
        checked={options.firewall}
        onValue={(firewall) => set({ firewall })}
      />
      <Tick
        label="No passwords over ssh"
        hint="Only once your key works."
        checked={options.sshHardening}
        onValue={(sshHardening) => set({ sshHardening })}
      />
      <Tick
        label="Docker"
        hint="From the system’s own packages. Most apps need none."
        checked={options.docker}
        onValue={(docker) => set({ docker })}
      />
    </Section>
  );
}
