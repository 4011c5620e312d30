"""The broker's certificate, by an authority that is made for it alone and then forgotten, as PEM."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LASTS = timedelta(days=3650)


class Certificates(NamedTuple):
    """What clients trust; and the broker's key with its certificate, in the order that Kafka wants."""

    authority: str
    broker: str


def make(common_name: str, names: Sequence[str]) -> Certificates:
    """For a server with these names, and for itself. Nobody keeps the authority's key: renewing means both anew."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _draft("Brug's broker authority", authority_key.public_key()).sign(authority_key, hashes.SHA256())
    uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    places = [*map(x509.DNSName, (*names, "localhost")), x509.IPAddress(IPv4Address("127.0.0.1"))]
    certificate = (
        _draft(common_name, key.public_key(), authority)
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(uses, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificates(_pem(authority), private.decode() + _pem(certificate))


def _draft(
    name: str, key: ec.EllipticCurvePublicKey, issuer: x509.Certificate | None = None
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _LASTS)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
