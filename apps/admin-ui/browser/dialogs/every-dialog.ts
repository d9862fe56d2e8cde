import * as access from './access-dialogs.ts';
import * as hosts from './host-dialogs.ts';
import {
  jobPictures,
  outputPlayer,
  priorityDialog,
  rerunDialog,
  rowMenu,
  stopDialog,
} from './job-dialogs.ts';
import * as queue from './queue-dialogs.ts';
import * as shell from './shell-dialogs.ts';
import type { Tour } from './start-tour.ts';
import { deleteWebhookDialog, webhookDialog } from './webhook-dialogs.ts';

/**
 * The visit of every component that shows something over a page, by its name, in an order in which
 * each finds what it needs. A new one fails the test until its visit is here.
 */
export const DIALOGS: Readonly<Record<string, (tour: Tour) => Promise<void>>> = {
  RowMenu: rowMenu,
  TimeFilter: queue.timeFilter,
  ViewsMenu: queue.viewsMenu,
  ViewsDialog: queue.viewsDialog,
  UserMenu: shell.userMenu,
  PasswordDialog: shell.passwordDialog,
  CommandsDialog: shell.commandsDialog,
  ShortcutSheet: shell.shortcutSheet,
  NavDrawer: shell.navDrawer,
  JobPictures: jobPictures,
  OutputPlayer: outputPlayer,
  PriorityDialog: priorityDialog,
  RerunDialog: rerunDialog,
  StopDialog: stopDialog,
  InviteDialog: hosts.inviteDialog,
  Invited: hosts.invited,
  DrainDialog: hosts.drainDialog,
  EndLoginDialog: hosts.endLoginDialog,
  HandOverDialog: hosts.handOverDialog,
  DeclareGoneDialog: hosts.declareGoneDialog,
  AddUserDialog: access.addUserDialog,
  UserActions: access.userActions,
  RoleDialog: access.roleDialog,
  SetPasswordDialog: access.setPasswordDialog,
  SignInDialog: access.signInDialog,
  AddTokenDialog: access.addTokenDialog,
  Secret: access.secret,
  RevokeTokenDialog: access.revokeTokenDialog,
  EndSessionDialog: access.endSessionDialog,
  WebhookDialog: webhookDialog,
  DeleteWebhookDialog: deleteWebhookDialog,
  SessionEnd: shell.sessionEnd,
  SignedOutDialog: shell.signedOutDialog,
};
