"""Drivers of the judges on PyPI: one question a line, its words parted by tabs; answers as Lines.java gives them."""

import sys

import bagit
import rfc3161_client
from cryptography.x509 import load_pem_x509_certificate, load_pem_x509_certificates
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext


def read(path):
    with open(path, "rb") as file:
        return file.read()


def bag(folder):
    """bagit-python: complete and valid."""
    bagit.Bag(folder).validate()
    return "valid"


def time(reply, content, root, tsa):
    """rfc3161-client: the reply is over this content, by this authority under this root."""
    verifier = (
        rfc3161_client.VerifierBuilder(
            tsa_certificate=load_pem_x509_certificate(read(tsa)), roots=load_pem_x509_certificates(read(root))
        ).build()
    )
    response = rfc3161_client.decode_timestamp_response(read(reply))
    if not verifier.verify_message(response, read(content)):
        raise ValueError("refused")
    return response.tst_info.gen_time.isoformat()


def pdf(path, root, tsa, crl):
    """pyHanko: one signature over the whole file, with a time stamp, both under this root and neither signer revoked."""
    known = [load_cert_from_pemder(tsa)]

    def trusted():
        return ValidationContext(
            trust_roots=[load_cert_from_pemder(root)],
            other_certs=known,
            crls=[read(crl)],
            allow_fetching=False,
            revocation_mode="hard-fail",
        )

    with open(path, "rb") as file:
        signatures = PdfFileReader(file).embedded_signatures
        if len(signatures) != 1:
            raise ValueError(f"{len(signatures)} signatures")
        status = validate_pdf_signature(signatures[0], trusted(), trusted())
    time = status.timestamp_validity
    # It calls a file valid that has more bytes than were signed.
    if not (status.bottom_line and status.coverage == SignatureCoverageLevel.ENTIRE_FILE and time and time.trusted):
        raise ValueError(f"{status.summary()} {status.coverage}")
    return status.summary()


judges = {"bag": bag, "time": time, "pdf": pdf}

for line in sys.stdin:
    name, *words = line.rstrip("\n").split("\t")
    try:
        answer = "yes\t" + judges[name](*words)
    except BaseException as refusal:  # a panic of the Rust parts is no Exception
        answer = f"no\t{type(refusal).__name__}: {refusal}"
    print(" ".join(answer.split("\n")), flush=True)
