import ArgumentParser
import Signatures
import SystemPackage

struct KeygenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Makes a pair of keys to sign releases with: FILE, which is secret, and FILE.pub.",
        discussion: """
            The keys are Ed25519 in OpenSSH's format; `ssh-keygen -t ed25519` makes such ones, too. Hosts get FILE.pub, as a \
            line of /etc/relift/allowed_signers.

            EXAMPLE
              relift keygen --output release.key
              echo "release@example.org $(cat release.key.pub)" >> /etc/relift/allowed_signers
            """)

    @Option(help: ArgumentHelp("The file of the private key. Nothing is ever written over.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("A line that tells people whose key it is. Default: user@host.", valueName: "text"))
    var comment: String?

    @Flag(help: "Say what would be written, and write nothing.")
    var dryRun = false

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard let comment, comment.utf8.count > 256 || comment.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return
        }
        throw ValidationError("--comment takes one line of at most 256 bytes")
    }

    func run() async throws {
        try KeygenAction(
            output: FilePath(self.output), comment: self.comment ?? ProcessEnvironment.userAtHost, dryRun: self.dryRun
        ).run(self.outputOptions.console).end()
    }
}

struct SignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Signs a tarball: writes TARBALL.sig beside it.",
        discussion: """
            The signature is that of `ssh-keygen -Y sign -n relift-release`, which signs as well, with keys that need a \
            passphrase or that the agent holds.

            EXAMPLE
              relift sign shop-1.5.0.tar.gz --key release.key
            """)

    @Argument(help: ArgumentHelp("The tarball of the release.", valueName: "NAME-VSN.tar.gz"))
    var tarball: String

    @Option(
        help: ArgumentHelp(
            "The file of the private key, of `relift keygen` or `ssh-keygen -t ed25519`, without a passphrase.",
            valueName: "file"))
    var key: String

    @Flag(help: "Say what would be written, and write nothing.")
    var dryRun = false

    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try SignAction(tarball: FilePath(self.tarball), key: FilePath(self.key), dryRun: self.dryRun)
            .run(self.outputOptions.console).end()
    }
}

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verifies a tarball by the signature TARBALL.sig beside it, and by TARBALL.sha256 if there is one.",
        discussion: """
            EXAMPLE
              relift verify shop-1.5.0.tar.gz --keys release.key.pub
              relift verify shop-1.5.0.tar.gz --keys allowed_signers --signer ci
              ssh-keygen -Y verify -n relift-release -f allowed_signers -I ci \\
                -s shop-1.5.0.tar.gz.sig < shop-1.5.0.tar.gz
            """)

    @Argument(help: ArgumentHelp("The tarball of the release.", valueName: "NAME-VSN.tar.gz"))
    var tarball: String

    @OptionGroup var keys: KeyOptions

    @Option(
        help: ArgumentHelp(
            "A target system whose etc/relift/allowed_signers is used, if it is there.", valueName: "dir"))
    var root: String?

    @Option(
        help: ArgumentHelp("Accept only a key of this name (a principal of the list of keys).", valueName: "name"))
    var signer: String?

    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        let root = self.root.map { ProcessEnvironment.workingFolder.pushing(FilePath($0)) }
        try VerifyAction(
            tarball: FilePath(self.tarball), places: self.keys.places(root: root), signer: self.signer
        ).run(self.outputOptions.console).end()
    }
}

/// Which keys are trusted.
struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The trusted keys: a list of allowed signers as ssh-keygen(1) has it, or KEY.pub. Default: "
                + "ROOT/etc/relift/allowed_signers, else /etc/relift/allowed_signers, if it is there.",
            valueName: "file"))
    var keys: String?

    func places(root: FilePath?) -> KeyPlaces {
        KeyPlaces(named: self.keys.map { FilePath($0) }, root: root, userID: ProcessEnvironment.effectiveUserID)
    }
}
