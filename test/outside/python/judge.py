"""Drivers of the judges on PyPI: one question a line, its words parted by tabs; answers as Lines.java gives them."""

import sys

import bagit
import rfc3161_client
from cryptography.x509 import load_pem_x509_certificate, load_pem_x509_certificates


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


judges = {"bag": bag, "time": time}

for line in sys.stdin:
    name, *words = line.rstrip("\n").split("\t")
    try:
        answer = "yes\t" + judges[name](*words)
    except BaseException as refusal:  # a panic of the Rust parts is no Exception
        answer = f"no\t{type(refusal).__name__}: {refusal}"
    print(" ".join(answer.split("\n")), flush=True)
