package import Diagnostics

/// What it means when a signature is not accepted, or a key cannot be used.
extension Explanation {
    package static let signatures: [Explanation] = [
        verifying(
            .signatureMissing, "a tarball has no signature, and keys are configured",
            """
            The host has a list of trusted keys (`--keys FILE`, `ROOT/etc/relift/allowed_signers` or \
            `/etc/relift/allowed_signers`). Then only a release is installed that one of them signed; the signature is in \
            `TARBALL.sig` beside it.
            """, "Copy `TARBALL.sig` beside the tarball.", "Or sign it: `relift sign TARBALL --key FILE`."),
        verifying(
            .signatureUnreadable, "a signature file cannot be read",
            """
            `TARBALL.sig` has to be what `relift sign` or `ssh-keygen -Y sign` write: SSHSIG with an Ed25519 key. Signatures by RSA, \
            ECDSA and security keys are not verified.
            """, "Sign the release again with an Ed25519 key.", "Or copy the file again, if it was cut off."),
        verifying(
            .signatureWrong, "a signature is not one of this tarball",
            "The tarball was changed after it was signed, or the signature was made of another file.",
            "Get both files again from where they were made, and find out what changed them.",
            "When the release was built again, sign it again."),
        verifying(
            .signatureOtherPurpose, "a signature was made for another purpose",
            """
            A signature holds what it is for, the namespace; that of releases is `relift-release`. One that the same key made for \
            a commit of git or a mail says nothing of a release.
            """, "Sign with `relift sign`, or with `ssh-keygen -Y sign -n relift-release`."),
        verifying(
            .signatureUnknownKey, "a signature is by a key that is not trusted",
            "The signature is right, and its key is not in the list of trusted keys. Anybody can make a key.",
            "Have the release signed with a trusted key.",
            "Or, if you know whose key it is, add its line to the list. `ssh-keygen -lf KEY.pub` shows its fingerprint."
        ),
        verifying(
            .signatureNotForThis, "the list allows a key for something else",
            """
            The line of the key has `namespaces=` without `relift-release`, or names other signers than the one that was asked for.
            """, "Sign with a key that is for releases.", "Or change the line, if it should be allowed."),
        verifying(
            .signatureExpired, "a key is not valid any more",
            "`valid-before` of its line in the list of keys has passed. What counts is the time of the verification.",
            "Sign the release again with a key that is valid.", "Look at the clock of the host (`date`)."),
        verifying(
            .signatureNotYetValid, "a key is not valid yet",
            "`valid-after` of its line in the list of keys is in the future.",
            "Look at the clock of the host (`date`).", "Or sign with a key that is valid now."),
        verifying(
            .signatureKeyLineIgnored, as: .warning, "a line of the list of trusted keys is ignored",
            """
            It is no line of an `allowed_signers` file of OpenSSH and none of a `.pub` file, or its key is not one of Ed25519. \
            What it says is not trusted; all other lines count.
            """, "Write `NAME ssh-ed25519 AAAA…`; `man ssh-keygen` tells more (ALLOWED SIGNERS).",
            "Remove the line."),
        verifying(
            .signatureNoKeys, "there is no key to verify with",
            """
            `relift verify` needs a list of keys, from `--keys FILE`, `ROOT/etc/relift/allowed_signers` or \
            `/etc/relift/allowed_signers`; or the list has no line that can be used.
            """, "Name the list: `relift verify TARBALL --keys FILE`. A file `KEY.pub` is one, too."),
        verifying(
            .signatureKeysWritable, "others could have written the list of trusted keys",
            """
            A list that is found, not named, has to belong to root or to the user who runs relift, and so has every folder on the \
            way to it; nobody else may write there. Else the user of the node could decide what is installed.
            """, "Keep the list in `/etc/relift/allowed_signers`, owned by root.",
            "`namei -l FILE` shows all owners and modes."),
        signing(
            .signatureKeyUnreadable, "a private key cannot be read",
            "The file is not an Ed25519 key in OpenSSH's format, as `relift keygen` and `ssh-keygen -t ed25519` make it.",
            "Name the private key, not `KEY.pub`.", "Make one: `relift keygen --output FILE`."),
        signing(
            .signatureKeyEncrypted, "a private key needs a passphrase",
            "relift asks for no passphrase. OpenSSH does, or uses its agent, and writes the same signatures.",
            "`ssh-keygen -Y sign -n relift-release -f KEY TARBALL`"),
        signing(
            .signatureKeyReadable, as: .warning, "others may read a private key",
            "Who reads the key can sign releases in its owner's name.", "`chmod 600 KEY`"),
        Explanation(
            .signatureKeyExists, as: .error, "a key would be written over",
            meaning: "What a lost key signed can be signed by no other. `relift keygen` never replaces a file.",
            example: Example([], ["relift keygen --output release.key"], isComplete: false),
            wayOut: ["Choose another name.", "Or remove the file, if it is not needed."]),
    ]

    private static func verifying(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example([], ["relift verify shop-1.5.0.tar.gz --keys allowed_signers"], isComplete: false),
            wayOut: wayOut)
    }

    private static func signing(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example([], ["relift sign shop-1.5.0.tar.gz --key release.key"], isComplete: false), wayOut: wayOut
        )
    }
}
