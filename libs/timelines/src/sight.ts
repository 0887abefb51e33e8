/** What whoever asks may see of a record that others may see less of. */
export interface Sight {
  /** Developments that are held or under embargo, and what the desk decided about them. */
  withheld: boolean;
  /** Which key recorded a development, and why the desk held or released one. */
  newsroom: boolean;
  /** Salts: with one, the content of a payload can be proved to others for ever, also after its redaction. */
  salts: boolean;
}

export const wholeSight: Sight = { withheld: true, newsroom: true, salts: true };
