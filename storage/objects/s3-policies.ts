import { SHORTEST_LOCK_DAYS } from './locked-evidence.ts';

/**
 * The rights of each key at an S3 server, in the language of policies that Amazon S3, MinIO and Ceph share (Amazon S3 User Guide, "Policies
 * and permissions"). `npx tiezheng provision --policy` prints them; deploy/s3-policy.json is the service's.
 */
export interface S3Policy {
  Version: '2012-10-17';
  Statement: readonly S3Statement[];
}

interface S3Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Principal?: { AWS: string[] };
  Action: readonly string[];
  Resource: readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Buckets {
  evidence: string;
  work: string;
}

const bucket = (name: string) => `arn:aws:s3:::${name}`;

/** Everything of an agency and of the installation, and not the probes of what the server can do. */
const ofInstallation = (evidence: string) => [`${bucket(evidence)}/*-*-*-*-*/*`, `${bucket(evidence)}/system/*`];

/**
 * The service writes and locks evidence; it deletes none, and lifts no lock. What a lock reaches to is the end of a term, or `days` ahead
 * (OBJECT_LOCK_DAYS); shorter than it ever asks for is refused.
 */
export const servicePolicy = ({ evidence, work }: Buckets, days: number): S3Policy => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Both',
      Effect: 'Allow',
      Action: [
        's3:GetBucketLocation',
        's3:GetBucketVersioning',
        's3:ListBucket',
        's3:ListBucketMultipartUploads',
        's3:ListBucketVersions',
      ],
      Resource: [bucket(evidence), bucket(work)],
    },
    {
      Sid: 'Evidence',
      Effect: 'Allow',
      Action: [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:GetBucketObjectLockConfiguration',
        's3:GetObject',
        's3:GetObjectLegalHold',
        's3:GetObjectRetention',
        's3:GetObjectVersion',
        's3:ListMultipartUploadParts',
        's3:PutObject',
        's3:PutObjectLegalHold',
        's3:PutObjectRetention',
      ],
      Resource: [`${bucket(evidence)}/*`],
    },
    {
      Sid: 'Work',
      Effect: 'Allow',
      Action: [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ],
      Resource: [`${bucket(work)}/*`],
    },
    {
      Sid: 'NoEvidenceIsDeleted',
      Effect: 'Deny',
      Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
      Resource: ofInstallation(evidence),
    },
    {
      Sid: 'NoLockIsLifted',
      Effect: 'Deny',
      Action: [
        's3:BypassGovernanceRetention',
        's3:DeleteBucket',
        's3:PutBucketObjectLockConfiguration',
        's3:PutBucketVersioning',
      ],
      Resource: [bucket(evidence), `${bucket(evidence)}/*`],
    },
    {
      Sid: 'NoLockIsShortened',
      Effect: 'Deny',
      Action: ['s3:PutObjectRetention'],
      Resource: ofInstallation(evidence),
      Condition: {
        NumericLessThan: {
          's3:object-lock-remaining-retention-days': String(Math.min(days, SHORTEST_LOCK_DAYS)),
        },
      },
    },
  ],
});

/**
 * Who carries out disposals lists versions, reads their locks and deletes them: no byte is read, no lock is lifted. MinIO asks for
 * `s3:DeleteObject` beside `s3:DeleteObjectVersion`; by itself it hides an object and deletes nothing. `principal`: the user's ARN, for the
 * policy of a bucket instead of a user (Ceph).
 */
export function disposalPolicy({ evidence }: Pick<Buckets, 'evidence'>, principal?: string): S3Policy {
  const who = principal ? { Principal: { AWS: [principal] } } : {};
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Look',
        Effect: 'Allow',
        ...who,
        Action: ['s3:ListBucket', 's3:ListBucketVersions'],
        Resource: [bucket(evidence)],
      },
      {
        Sid: 'Dispose',
        Effect: 'Allow',
        ...who,
        Action: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObjectLegalHold', 's3:GetObjectRetention'],
        Resource: ['originals', 'manifests', 'personal-signatures'].map((area) => `${bucket(evidence)}/*/${area}/*`),
      },
      {
        Sid: 'NoLockIsLifted',
        Effect: 'Deny',
        ...who,
        Action: ['s3:BypassGovernanceRetention', 's3:PutObjectLegalHold', 's3:PutObjectRetention'],
        Resource: [`${bucket(evidence)}/*`],
      },
    ],
  };
}
