import Diagnostics
import SystemPackage
import TestSupport

@testable import Signatures

/// What `ssh-keygen` of OpenSSH 9.2 made of the ten bytes `a release`, newline; and questions to the installed one.
enum SignatureSamples {
    static let message = Array("a release\n".utf8)

    static let publicLine =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKWliCVLik65ifg4QWCXy4joyxDJaryBJE9SMUVja4h9 alice@example.org"

    static let fingerprint = "SHA256:zehUj5JSmiw6hmDy06O9eSD3TEzR0tnr9gCnaIm2s2U"

    /// With `-n relift-release`.
    static let sha512 = Array(
        """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgpaWIJUuKTrmJ+DhBYJfLiOjLEM
        lqvIEkT1IxRWNriH0AAAAOcmVsaWZ0LXJlbGVhc2UAAAAAAAAABnNoYTUxMgAAAFMAAAAL
        c3NoLWVkMjU1MTkAAABAnXjQu7S/9irEhPwUTwqwv5M2bRx3mFrtXnY2wxzWH//0E9sn3v
        Mk4xLqlytUU9zNMa8/Y9EiDiffM5UM/YBIDg==
        -----END SSH SIGNATURE-----

        """.utf8)

    /// With `-n relift-release -O hashalg=sha256`.
    static let sha256 = Array(
        """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgpaWIJUuKTrmJ+DhBYJfLiOjLEM
        lqvIEkT1IxRWNriH0AAAAOcmVsaWZ0LXJlbGVhc2UAAAAAAAAABnNoYTI1NgAAAFMAAAAL
        c3NoLWVkMjU1MTkAAABA9/KFkQuUO75voIKOF/SMj9lPxVpncpfaKVkVGBHqe/k8i6R7R6
        AazfSkTWQI02sLuU914lHBRTln85BBE6HcAA==
        -----END SSH SIGNATURE-----

        """.utf8)

    /// A time at which local times are those of Greenwich.
    static func time(_ now: Int = 1_800_000_000) -> SignatureTime { SignatureTime(now: now) { $0.secondsInUTC } }

    static func keys(_ text: String, now: Int = 1_800_000_000) -> (keys: AllowedSigners, findings: [Diagnostic]) {
        var findings: [Diagnostic] = []
        let file = SourceFile(path: "allowed_signers", bytes: Array(text.utf8))
        return (AllowedSigners(parsing: file, Self.time(now), &findings), findings)
    }

    /// Whether `ssh-keygen -Y verify` of this machine exists.
    static let hasKeygen =
        (try? FileDescriptor.open(FilePath("/usr/bin/ssh-keygen"), .readOnly).closeAfter { true }) ?? false
}
