/** The element that holds the report in a saved page; the page reads it in the place of an editor. */
export const savedReportId = 'transferlens-report';
