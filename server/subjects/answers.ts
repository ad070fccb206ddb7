import { z } from 'zod';
import { externalId } from '../records/shapes.ts';
import { type SubjectState, subjectTypes } from './events.ts';
import { idTypes } from './id-numbers.ts';
import { maskAddress, maskEmail, maskIdNumber, maskPhone } from './masks.ts';

/** A subject as answers show it: numbers and contacts masked (个人信息保护法 art. 6, 28). */
export const subjectView = z.object({
  id: z.string(),
  type: z.enum(subjectTypes),
  name: z.string(),
  idType: z.enum(idTypes).optional(),
  idNumber: z.string().optional(),
  /** Its check failed; it was kept for a reason. */
  idNumberFault: z.string().optional(),
  idNumberReason: z.string().optional(),
  contacts: z.object({ phone: z.string().optional(), address: z.string().optional(), email: z.string().optional() }),
  minor: z.boolean(),
  provisional: z.boolean(),
  externalIds: z.array(externalId),
  registeredAt: z.string(),
  registeredBy: z.string(),
});

export function subjectAnswer(subject: SubjectState): z.input<typeof subjectView> {
  const { identity, phone, address, email, ...rest } = subject;
  return {
    ...rest,
    ...(identity && { idType: identity.type, idNumber: maskIdNumber(identity.number) }),
    ...(identity?.fault && { idNumberFault: identity.fault }),
    ...(identity?.reason && { idNumberReason: identity.reason }),
    contacts: {
      ...(phone && { phone: maskPhone(phone) }),
      ...(address && { address: maskAddress(address) }),
      ...(email && { email: maskEmail(email) }),
    },
  };
}
