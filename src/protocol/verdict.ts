/** Of this P(best) and more the leader is called probable, even where the comparison of all pairs names no winner. */
export const probable = 0.95;
