import * as access from './access-dialogs.ts';
import * as hosts from './host-dialogs.ts';
import {
  jobPictures,
  outputPlayer,
  priorityDialog,
  QUEUE,
  rerunDialog,
  stopDialog,
} from './job-dialogs.ts';
import * as queue from './queue-dialogs.ts';
import * as shell from './shell-dialogs.ts';
import { type Tour, visitOf } from './start-tour.ts';
import { NOTICES, webhookDialog } from './webhook-dialogs.ts';

/**
 * The visit of every component that shows something over a page, by its name, in an order in which
 * each finds what it needs. A new one fails the test until its visit is here.
 */
export const DIALOGS: Readonly<Record<string, (tour: Tour) => Promise<void>>> = {
  RowMenu: visitOf(QUEUE, 'row menu', 'Actions for spot_0142'),
  TimeFilter: queue.timeFilter,
  ViewsMenu: visitOf(QUEUE, 'menu of the views', 'Views'),
  ViewsDialog: queue.viewsDialog,
  UserMenu: visitOf(QUEUE, 'menu of the user', 'admin'),
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
  UserActions: visitOf(access.ACCESS, 'menu of a user', 'Actions: jonas'),
  RoleDialog: access.roleDialog,
  SetPasswordDialog: visitOf(access.ACCESS, 'password of a user', 'Actions: jonas', 'Set password'),
  SignInDialog: visitOf(access.ACCESS, 'disable a user', 'Actions: jonas', 'Disable'),
  AddTokenDialog: access.addTokenDialog,
  Secret: access.secret,
  RevokeTokenDialog: visitOf(access.ACCESS, 'revoke a token', 'Revoke: nightly'),
  EndSessionDialog: visitOf(access.ACCESS, 'end a session', /^End session of admin/),
  WebhookDialog: webhookDialog,
  DeleteWebhookDialog: visitOf(NOTICES, 'delete a webhook', 'Delete: chat'),
  SessionEnd: shell.sessionEnd,
  SignedOutDialog: shell.signedOutDialog,
};
