/**
 * Which fold this is. Raise it by one whenever the same entries may come out as other slots, states or notes than
 * before, be it in a field's name, an order, a digit or a rule: what is stored was folded by the version before, and
 * two folds must not stand side by side in one timeline. A service whose fold is newer than what is stored rebuilds
 * it; one whose fold is older records nothing there. States of the version before are still read meanwhile.
 * A spec holds the fold's output on a fixed history against this number.
 */
export const foldVersion = 2;
