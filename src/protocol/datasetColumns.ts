/** What a column may be that a user is asked about: `image` stands for rows of numbers in an array, too. */
export type AskedRole = 'label' | 'image' | 'text';

/** A column of a table, an array of a file, or one kind of labels of a layout that has several. */
export interface DatasetColumn {
  name: string;
  roles: AskedRole[];
  /** Type and shape of an array, the first different values of a column; empty where nothing is to be said. */
  about: string;
  /** Number of classes that it has as the label, where that is known without reading it. */
  classes?: number;
  /** Rows of an array: labels belong to samples of equally many. */
  rows?: number;
}

/** What a dataset is made of, for a user to say what is what. */
export interface DatasetColumns {
  kind: 'columns' | 'arrays' | 'labels';
  columns: DatasetColumn[];
  /** Names of what is taken now, as it was chosen or is told by names and contents; without what is open. */
  taken: Partial<Record<AskedRole, string>>;
}
