/** A person with their roles by namespace, as one JSON list: what every request begins with, so it is one statement. */
const USER = `u.id, u.email, u.name, u.password_hash, coalesce((
    select json_agg(json_build_object('id', n.id::text, 'name', n.name, 'title', n.title, 'role', m.role) order by n.name)
    from membership m join namespace n on n.id = m.namespace_id where m.user_id = u.id), '[]') as roles`;

/** Parameters: hash of the session's secret, now. Result: at most one row. */
export const USER_BY_SESSION = {
  name: 'user-by-session',
  text: `select ${USER}, s.is_from_link from session s join app_user u on u.id = s.user_id
    where s.token_hash = $1 and s.expires_at > $2`,
};

/** Parameters: hash of the key, now. Result: at most one row. */
export const USER_BY_API_KEY = {
  name: 'user-by-api-key',
  text: `select ${USER}, k.id as key_id, k.last_used_at from api_key k join app_user u on u.id = k.user_id
    where k.secret_hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)`,
};
