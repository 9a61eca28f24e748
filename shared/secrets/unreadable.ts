/**
 * Deleted; marked for deletion; and what IAM says of a name that leads to no secret any more, since the
 * functions' policies name ARNs.
 */
const UNREADABLE = [
  'ResourceNotFoundException',
  'InvalidRequestException',
  'AccessDeniedException',
];

/** Whether an error of Secrets Manager means that there is no secret for this function to read. */
export function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && UNREADABLE.includes(error.name);
}
