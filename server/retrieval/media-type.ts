const wellFormed = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,100}$/;
/** What a browser runs or lays out as a page of ours: never served under its own type. */
const active = /^(text\/html|message\/rfc822|multipart\/.*|.*[/+]xml|.*(java|ecma)script|.*shockwave-flash)$/;
const inline = /^((audio|video|image)\/.+|application\/pdf)$/;

/** How a record's bytes are served: the sealed media type where it is harmless, and shown in the page only what players show. */
export function servedAs(mediaType: string | undefined): { mediaType: string; disposition: 'inline' | 'attachment' } {
  const type = (mediaType ?? '').split(';')[0]!.trim().toLowerCase();
  if (!wellFormed.test(type) || active.test(type))
    return { mediaType: 'application/octet-stream', disposition: 'attachment' };
  return { mediaType: type, disposition: inline.test(type) ? 'inline' : 'attachment' };
}
