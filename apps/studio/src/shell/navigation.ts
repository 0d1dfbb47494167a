import { ClipboardCheck, Cpu, ListChecks, Settings, Workflow, type LucideIcon } from 'lucide-react';
import type { en } from '../i18n/en.js';

interface NavigationItem {
  id: 'workflows' | 'runs' | 'approvals' | 'workers' | 'settings';
  label: keyof typeof en & `nav.${string}`;
  icon: LucideIcon;
  to:
    | '/n/$namespace/workflows'
    | '/n/$namespace/runs'
    | '/n/$namespace/approvals'
    | '/n/$namespace/workers'
    | '/n/$namespace/settings/$section';
}

/** The pages of a namespace, in order; sidebar and command palette read it. */
export const NAVIGATION: readonly NavigationItem[] = [
  { id: 'workflows', label: 'nav.workflows', icon: Workflow, to: '/n/$namespace/workflows' },
  { id: 'runs', label: 'nav.runs', icon: ListChecks, to: '/n/$namespace/runs' },
  {
    id: 'approvals',
    label: 'nav.approvals',
    icon: ClipboardCheck,
    to: '/n/$namespace/approvals',
  },
  { id: 'workers', label: 'nav.workers', icon: Cpu, to: '/n/$namespace/workers' },
  { id: 'settings', label: 'nav.settings', icon: Settings, to: '/n/$namespace/settings/$section' },
];
