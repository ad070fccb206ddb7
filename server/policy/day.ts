/** The day of an instant (RFC 3339) in an IANA zone, YYYY-MM-DD. */
export const dayOf = (instant: string, zone: string): string =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
