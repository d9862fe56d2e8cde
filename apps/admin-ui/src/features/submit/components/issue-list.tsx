import { List, type ListProps } from '@mantine/core';
import { LinkButton } from '../../../components/link-button.tsx';
import { describeIssue } from '../draft/field-words.ts';
import type { LocatedIssue } from '../draft/locate-issues.ts';

const LINK = { overflowWrap: 'anywhere', verticalAlign: 'top' } as const;

type Props = ListProps & {
  issues: readonly LocatedIssue[];
  /** Whether the JSON is shown, where lines say more. */
  withLines: boolean;
  onGo: (issue: LocatedIssue) => void;
};

/** What is wrong, each with a button that leads to it. */
export function IssueList({ issues, withLines, onGo, ...props }: Props) {
  return (
    <List {...props}>
      {issues.map((issue) => (
        <List.Item key={keyOf(issue)}>
          <LinkButton ta="left" style={LINK} onClick={() => onGo(issue)}>
            {withLines && issue.place !== null && (
              <strong>
                Line {issue.place.line}, column {issue.place.column}:{' '}
              </strong>
            )}
            {describeIssue(issue)}
          </LinkButton>
        </List.Item>
      ))}
    </List>
  );
}

function keyOf({ field, message, place }: LocatedIssue): string {
  return `${field} ${message} ${place?.offset ?? ''}`;
}
