import Diagnostics
import HostFiles
import ReleaseInstalling
import Signatures
import SystemPackage

/// `relift verify`: whose signature a tarball has, and whether it is the one that its digest file tells of.
struct VerifyAction {
    let tarball: FilePath
    let places: KeyPlaces
    let signer: String?

    func run(_ console: Console) -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        var verified: (signer: VerifiedSigner, hasDigest: Bool)?
        switch self.places.find(ProcessEnvironment.signatureTime, files, &findings) {
        case .none: findings.append(self.noKeys)
        case .refused: break
        case .keys(let keys):
            let review = SignatureReview(keys: keys, time: ProcessEnvironment.signatureTime, signer: self.signer)
            if let signer = review.verify(self.tarball, files, &findings) {
                let digest = signer.digests.sha256Text
                verified = (signer, DigestFile.check(digest, of: self.tarball, files, &findings))
            }
        }
        if findings.hasErrors { verified = nil }
        switch console.format {
        case .text:
            console.report(findings)
            if let verified { console.result(self.text(verified.signer, verified.hasDigest)) }
        case .json: console.result(self.json(verified, findings).text + "\n")
        }
        return verified == nil ? .findings : .done
    }

    private var noKeys: Diagnostic {
        Diagnostic(
            .signatureNoKeys, .error, "no keys are configured to verify with",
            explanation: "There is neither `--keys` nor `\(self.places.hostWide)`.",
            help: ["name the public key, or a list of them: relift verify \(self.tarball) --keys KEY.pub"])
    }

    private func text(_ signer: VerifiedSigner, _ hasDigest: Bool) -> String {
        let name = signer.entry.name
        return """
            \(self.tarball) is signed\(name.isEmpty ? "" : " by \(name)")
              key      \(signer.key.fingerprint)
              sha256   \(signer.digests.sha256Text)\(hasDigest ? " (as in the file beside it)" : "")

            """
    }

    private func json(_ verified: (signer: VerifiedSigner, hasDigest: Bool)?, _ findings: [Diagnostic]) -> JSONValue {
        .object([
            ("schemaVersion", .integer(1)), ("result", .string(verified == nil ? "refused" : "verified")),
            ("tarball", .string(self.tarball.string)),
            ("sha256", verified.map { .string($0.signer.digests.sha256Text) } ?? .null),
            ("signer", verified.map { .string($0.signer.entry.name) } ?? .null),
            ("fingerprint", verified.map { .string($0.signer.key.fingerprint) } ?? .null),
            ("digestFileAgrees", verified.map { $0.hasDigest ? .boolean(true) : .null } ?? .null),
            ("findings", .array(findings.map(\.json))),
        ])
    }
}
