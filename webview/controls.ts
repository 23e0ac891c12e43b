/**
 * The toolkit's controls as components. No other file knows which toolkit that is, so that changing it stays here.
 * Each is a custom element; what it styles, it styles by constructed style sheets, which the page's CSP allows.
 */

// Before the toolkit, so that it is there when that loads.
import './styleProbe.js';
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { type Attributes, type ComponentChildren, h, type VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

/** A custom element; its attributes and events are its own, so they are not checked here. */
function element(tag: string, props: object, children?: ComponentChildren): VNode {
  return h(tag, props as Attributes, children);
}

interface ButtonProps {
  onPress: () => void;
  secondary?: boolean;
  /** Full name where the text alone does not say what it acts on. */
  label?: string;
  class?: string;
  /** Whether what it opens is open. */
  expanded?: boolean;
  children: ComponentChildren;
}

export function Button({
  onPress,
  secondary,
  label,
  class: name,
  expanded,
  children,
}: ButtonProps): VNode {
  return element(
    'vscode-button',
    {
      appearance: secondary ? 'secondary' : 'primary',
      class: name,
      ...(expanded === undefined ? {} : { 'aria-expanded': String(expanded) }),
      onClick: (event: Event) => {
        // A button inside a row acts; it does not also select the row.
        event.stopPropagation();
        onPress();
      },
      ...(label ? { 'aria-label': label, title: label } : {}),
    },
    children,
  );
}

interface CheckboxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ComponentChildren;
}

export function Checkbox({ checked, onChange, children }: CheckboxProps): VNode {
  return element(
    'vscode-checkbox',
    {
      checked,
      onChange: (event: Event) => onChange((event.target as HTMLInputElement).checked),
    },
    children,
  );
}

interface TextFieldProps {
  value: string;
  onInput: (value: string) => void;
  label: string;
  class?: string;
}

/** A text field whose label is its placeholder and its accessible name. */
export function TextField({ value, onInput, label, class: name }: TextFieldProps): VNode {
  return element('vscode-text-field', {
    class: name,
    value,
    placeholder: label,
    // The element overwrites the attribute when it is connected; the ref runs after that.
    ref: (element: HTMLElement | null) => element?.setAttribute('aria-label', label),
    onInput: (event: Event) => onInput((event.target as HTMLInputElement).value),
  });
}

interface DropdownProps<T extends string> {
  value: T;
  options: readonly { value: T; text: string }[];
  onChange: (value: T) => void;
  label: string;
}

export function Dropdown<T extends string>({
  value,
  options,
  onChange,
  label,
}: DropdownProps<T>): VNode {
  const dropdown = useRef<HTMLSelectElement>(null);
  // Only when its options are in the page does the element take a value.
  useEffect(() => {
    if (dropdown.current) dropdown.current.value = value;
  });
  return element(
    'vscode-dropdown',
    {
      ref: dropdown,
      'aria-label': label,
      title: label,
      onChange: (event: Event) => onChange((event.target as HTMLSelectElement).value as T),
    },
    options.map(option =>
      element('vscode-option', { key: option.value, value: option.value }, option.text),
    ),
  );
}

/** Something goes on, for an unknown time; the text beside it says what. */
export function ProgressRing(): VNode {
  return element('vscode-progress-ring', { class: 'ring', 'aria-hidden': 'true' });
}
