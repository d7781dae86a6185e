package import Diagnostics

extension Diagnostic.ID {
    package static let signatureMissing = Self("signature/missing")
    package static let signatureUnreadable = Self("signature/unreadable")
    package static let signatureWrong = Self("signature/wrong")
    package static let signatureOtherPurpose = Self("signature/other-purpose")
    package static let signatureUnknownKey = Self("signature/unknown-key")
    package static let signatureNotForThis = Self("signature/key-not-for-this")
    package static let signatureExpired = Self("signature/expired")
    package static let signatureNotYetValid = Self("signature/not-yet-valid")
    package static let signatureKeyLineIgnored = Self("signature/key-line-ignored")
    package static let signatureNoKeys = Self("signature/no-keys")
    package static let signatureKeysWritable = Self("signature/keys-writable-by-others")
    package static let signatureKeyUnreadable = Self("signature/key-unreadable")
    package static let signatureKeyEncrypted = Self("signature/key-encrypted")
    package static let signatureKeyReadable = Self("signature/key-readable-by-others")
    package static let signatureKeyExists = Self("signature/key-exists")
}

extension Diagnostic {
    /// A line of a list of keys that cannot be used; `reason` is the second half of a sentence.
    static func keyLineIgnored(_ reason: String, _ place: SourceRange) -> Diagnostic {
        Diagnostic(
            .signatureKeyLineIgnored, .warning, "a line of the list of trusted keys is ignored: \(reason)",
            at: .source(place),
            help: [
                "write `NAME ssh-ed25519 AAAA…`, as in the file `KEY.pub` that `relift keygen` makes; "
                    + "`man ssh-keygen` tells more (ALLOWED SIGNERS)"
            ])
    }
}
