/**
 * Of this P(best) and more the leader is called very likely the best, even where no winner is named. Both may hold: P(best) is of the
 * scores as they are, one-sided; a winner leads all others at once, two-sided, with 5 % as the chance of one among equals.
 */
export const probable = 0.95;
