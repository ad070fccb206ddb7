/** What the State Council announces of a year: which days are off, and which days of a weekend are worked for them (调休). */
export interface HolidayNotice {
  year: number;
  /** Title and number of the notice. */
  source: string;
  /** YYYY-MM-DD, ascending; all days off of the notice, weekends in them included. */
  off: readonly string[];
  /** Saturdays and Sundays that are worked. */
  work: readonly string[];
}

/** Each day from the first to the last, both included. */
function days(first: string, last: string): string[] {
  const out: string[] = [];
  for (
    let day = Temporal.PlainDate.from(first);
    Temporal.PlainDate.compare(day, Temporal.PlainDate.from(last)) <= 0;
    day = day.add({ days: 1 })
  )
    out.push(day.toString());
  return out;
}

/** The notices that this program was made with. That of a later year is entered by an administrator when it is out: nothing is guessed. */
export const holidayNotices: readonly HolidayNotice[] = [
  {
    year: 2025,
    source: '国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）',
    off: [
      '2025-01-01',
      ...days('2025-01-28', '2025-02-04'),
      ...days('2025-04-04', '2025-04-06'),
      ...days('2025-05-01', '2025-05-05'),
      ...days('2025-05-31', '2025-06-02'),
      ...days('2025-10-01', '2025-10-08'),
    ],
    work: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  {
    year: 2026,
    source: '国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）',
    off: [
      ...days('2026-01-01', '2026-01-03'),
      ...days('2026-02-15', '2026-02-23'),
      ...days('2026-04-04', '2026-04-06'),
      ...days('2026-05-01', '2026-05-05'),
      ...days('2026-06-19', '2026-06-21'),
      ...days('2026-09-25', '2026-09-27'),
      ...days('2026-10-01', '2026-10-07'),
    ],
    work: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
];
