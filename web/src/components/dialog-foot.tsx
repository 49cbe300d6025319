import { texts } from '../texts';

interface Props {
  /** Closes the dialog without its action. */
  onCancel: () => void;
  /** Label of the button on the left. Default: "Cancel". */
  cancel?: string;
  /** Label of the action. */
  action: string;
  /** Runs the action. Without it the button submits the form around it. */
  onAction?: () => void;
  tone?: 'primary' | 'danger' | 'plain';
  autofocus?: 'cancel' | 'action';
}

/** The buttons at the end of a dialog: cancel and one action. */
export function DialogFoot({ onCancel, cancel, action, onAction, tone = 'primary', autofocus }: Props) {
  return (
    <div class="dialog-foot">
      <button type="button" class="button quiet" autofocus={autofocus === 'cancel'} onClick={onCancel}>
        {cancel ?? texts.value.common.cancel}
      </button>
      <button
        type={onAction ? 'button' : 'submit'}
        class={tone === 'plain' ? 'button' : `button ${tone}`}
        autofocus={autofocus === 'action'}
        onClick={onAction}
      >
        {action}
      </button>
    </div>
  );
}
