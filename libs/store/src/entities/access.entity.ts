import type { JsonObject } from '@heddle/kernel';
import {
  Check,
  Column,
  Entity,
  Index,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Unique,
} from 'typeorm';

/** Roles of a member, from the least to the most. */
export const ROLES = ['VIEWER', 'OPERATOR', 'EDITOR', 'ADMIN'] as const;
/** Roles in rising order of power; each holds the rights of those before it. */
export type RoleName = (typeof ROLES)[number];

/** One wall: everything else belongs to exactly one namespace. Written by administrators. */
@Entity('namespace')
@Unique('uq_namespace_name', ['name'])
@Check('ck_namespace_name', `name ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'`)
export class NamespaceEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_namespace',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  /** Name in addresses. */
  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  title: string;

  /** How long ended runs are kept: `{ succeededDays, failedDays, canceledDays }`, null days for ever. Null: the defaults. */
  @Column({ type: 'json', nullable: true })
  retention: JsonObject | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}

/** One person who can sign in. */
@Entity('app_user')
@Unique('uq_app_user_email', ['email'])
@Check('ck_app_user_email', `email = lower(email)`)
export class UserEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_app_user',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  /** Lower case. */
  @Column({ type: 'text' })
  email: string;

  @Column({ type: 'text' })
  name: string;

  /** Argon2id in PHC text form. Null: only one-time links sign this person in. */
  @Column({ name: 'password_hash', type: 'text', nullable: true })
  passwordHash: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}

/** A person's role in a namespace. No row: the namespace does not exist for them. */
@Entity('membership')
@Check('ck_membership_role', `role in ('VIEWER', 'OPERATOR', 'EDITOR', 'ADMIN')`)
export class MembershipEntity {
  @PrimaryColumn({
    name: 'namespace_id',
    type: 'bigint',
    primaryKeyConstraintName: 'pk_membership',
  })
  namespaceId: string;

  @PrimaryColumn({ name: 'user_id', type: 'bigint', primaryKeyConstraintName: 'pk_membership' })
  @Index('ix_membership_user_id')
  userId: string;

  @Column({ type: 'text' })
  role: RoleName;
}

/** One signed-in browser. Deleted at sign-out; expired ones are ignored and swept. */
@Entity('session')
@Unique('uq_session_token_hash', ['tokenHash'])
export class SessionEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_session',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column({ name: 'user_id', type: 'bigint' })
  @Index('ix_session_user_id')
  userId: string;

  /** SHA-256 of the cookie's secret, hex. */
  @Column({ name: 'token_hash', type: 'text' })
  tokenHash: string;

  /** True when it began with a one-time link: such a session may set the password without the old one. */
  @Column({ name: 'is_from_link', type: 'boolean' })
  isFromLink: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt: Date;
}

/** A link that signs one person in, once. */
@Entity('sign_in_link')
@Unique('uq_sign_in_link_token_hash', ['tokenHash'])
export class SignInLinkEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_sign_in_link',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column({ name: 'user_id', type: 'bigint' })
  userId: string;

  /** SHA-256 of the secret in the link, hex. */
  @Column({ name: 'token_hash', type: 'text' })
  tokenHash: string;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt: Date;

  /** Null: still good. */
  @Column({ name: 'used_at', type: 'timestamptz', precision: 3, nullable: true })
  usedAt: Date | null;
}

/** A key for automation; acts as its owner. */
@Entity('api_key')
@Unique('uq_api_key_secret_hash', ['secretHash'])
export class ApiKeyEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_api_key',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column({ name: 'user_id', type: 'bigint' })
  @Index('ix_api_key_user_id')
  userId: string;

  @Column({ type: 'text' })
  name: string;

  /** First characters of the secret, to tell keys apart. */
  @Column({ type: 'text' })
  prefix: string;

  /** SHA-256 of the whole secret, hex. The secret is 256 random bits, so no slow hash is needed. */
  @Column({ name: 'secret_hash', type: 'text' })
  secretHash: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  /** To the minute. Null: never used. */
  @Column({ name: 'last_used_at', type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt: Date | null;

  /** Null: does not expire. */
  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3, nullable: true })
  expiresAt: Date | null;

  /** Null: in force. */
  @Column({ name: 'revoked_at', type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null;
}

/** Lets workers connect as one worker group of one namespace. */
@Entity('worker_token')
@Unique('uq_worker_token_secret_hash', ['secretHash'])
export class WorkerTokenEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    primaryKeyConstraintName: 'pk_worker_token',
    generatedIdentity: 'BY DEFAULT',
  })
  id: string;

  @Column({ name: 'namespace_id', type: 'bigint' })
  @Index('ix_worker_token_namespace_id')
  namespaceId: string;

  @Column({ name: 'worker_group', type: 'text' })
  workerGroup: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  prefix: string;

  /** SHA-256 of the whole secret, hex. */
  @Column({ name: 'secret_hash', type: 'text' })
  secretHash: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  /** To the minute. Null: never used. */
  @Column({ name: 'last_used_at', type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt: Date | null;

  /** Null: in force. */
  @Column({ name: 'revoked_at', type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null;
}
