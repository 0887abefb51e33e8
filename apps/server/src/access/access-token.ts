/** Access of #libs/access: the token under which the application provides it. */
export const ACCESS = Symbol('access');
