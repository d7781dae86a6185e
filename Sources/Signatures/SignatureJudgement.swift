package import Diagnostics
package import SystemPackage

/// Whose signature a file has.
package struct VerifiedSigner: Hashable, Sendable {
    package let key: VerifyingKey
    /// The line of the list of keys that allows it.
    package let entry: AllowedSigners.Entry
    /// What the file is, of which the signature was judged.
    package let digests: FileDigests
}

extension AllowedSigners {
    /// Judges a signature: it has to be of this file and for this purpose, by a key that is in the list and valid now.
    ///
    /// - Parameters:
    ///   - signed: the file, and the one with its signature, for messages.
    ///   - name: a name that the signer must have; nil for any.
    package func judge(
        _ signature: FileSignature, of digests: FileDigests, signed: (file: FilePath, signature: FilePath),
        signer name: String?, _ time: SignatureTime
    ) -> Result<VerifiedSigner, Refusal> {
        guard signature.namespace.elementsEqual(FileSignature.releaseNamespace.utf8) else {
            return .failure(
                Refusal(
                    Diagnostic(
                        .signatureOtherPurpose, .error,
                        "`\(signed.signature)` is a signature for `\(Shown.text(signature.namespace))`, not for releases",
                        at: .file(signed.signature.string),
                        explanation: "What a key signed for another purpose says nothing of a release.",
                        help: [Self.signAgain(signed.file)])))
        }
        guard let digest = digests.digest(signature.hash), signature.isOf(digest) else {
            return .failure(
                Refusal(
                    Diagnostic(
                        .signatureWrong, .error, "the signature of `\(signed.file)` is wrong",
                        at: .file(signed.file.string),
                        explanation:
                            "The file was changed after it was signed, or the signature is that of another file.",
                        notes: [.init("SHA-256 of the file: \(digests.sha256Text)")],
                        help: ["get both files again from where they were made, and find out what changed them"])))
        }
        var refusal: Diagnostic?
        for entry in self.entries(with: signature.key) {
            guard let found = self.refusal(entry, signed.signature, name, time) else {
                return .success(VerifiedSigner(key: signature.key, entry: entry, digests: digests))
            }
            refusal = refusal ?? found
        }
        return .failure(Refusal(refusal ?? self.unknown(signature.key, signed.signature)))
    }

    /// Why a signature is not accepted.
    package struct Refusal: Error, Hashable, Sendable {
        package let finding: Diagnostic
        init(_ finding: Diagnostic) { self.finding = finding }
    }

    private static func signAgain(_ file: FilePath) -> String { "sign the release: relift sign \(file) --key FILE" }

    private func unknown(_ key: VerifyingKey, _ signature: FilePath) -> Diagnostic {
        Diagnostic(
            .signatureUnknownKey, .error, "`\(signature)` is of a key that is not trusted here",
            at: .file(signature.string), explanation: "Anybody can make a key; only those in the list count.",
            notes: [
                .init("the key: \(key.fingerprint)"),
                .init("the list of \(self.entries.count) trusted keys", at: .file(self.file.path)),
            ],
            help: [
                "have the release signed with a trusted key; or, if you know whose key it is, add its line to "
                    + "`\(self.file.path)`"
            ])
    }

    /// Why a line with the right key does not allow the signature.
    private func refusal(
        _ entry: Entry, _ signature: FilePath, _ name: String?, _ time: SignatureTime
    ) -> Diagnostic? {
        func finding(_ id: Diagnostic.ID, _ summary: String, _ note: String, _ help: String) -> Diagnostic {
            Diagnostic(
                id, .error, "`\(signature)`: \(summary)", at: .file(signature.string),
                notes: [.init("\(entry.key.fingerprint): \(note)", at: .source(entry.place))], help: [help])
        }
        if let namespaces = entry.namespaces, !namespaces.matches(Array(FileSignature.releaseNamespace.utf8)) {
            return finding(
                .signatureNotForThis, "the key is not trusted for releases", "it is for `\(namespaces.text)`",
                "sign with a key for `\(FileSignature.releaseNamespace)`, or add that to the `namespaces` of the line")
        }
        if let name, let principals = entry.principals, !principals.matches(Array(name.utf8)) {
            return finding(
                .signatureNotForThis, "the key is not that of `\(name)`", "it is of `\(principals.text)`",
                "ask for the right signer, or have the release signed by `\(name)`")
        }
        if let after = entry.validAfter, time.now < after {
            return finding(
                .signatureNotYetValid, "the key is not valid yet", "its `valid-after` is in the future",
                "look at the clock of this host (`date`), or sign with a key that is valid now")
        }
        if let before = entry.validBefore, time.now > before {
            return finding(
                .signatureExpired, "the key is not valid any more", "its `valid-before` has passed",
                "sign the release again with a key that is valid, or look at the clock of this host (`date`)")
        }
        return nil
    }
}
