import Diagnostics
import SystemPackage
import TestSupport
import Testing

/// `relift keygen`, `sign` and `verify`, and what `install` makes of signatures before it looks at anything else.
@Suite struct SignatureCommandTests {
    /// A folder with `release.key`, `release.key.pub`, `allowed` and the file `shop-1.tar.gz`.
    private func with(_ body: (FilePath) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let made = try await Program.run(["keygen", "--output", "release.key", "--comment", "ci"], in: folder)
            try #require(made.status == 0, "\(made.errors)")
            let publicKey = String(decoding: try File.read(folder.appending("release.key.pub")), as: UTF8.self)
            try File.write(Array("ci@example.org \(publicKey)".utf8), to: folder.appending("allowed"))
            try File.write(Array("a tarball".utf8), to: folder.appending("shop-1.tar.gz"))
            try await body(folder)
        }
    }

    private func sign(_ folder: FilePath) async throws {
        let signed = try await Program.run(["sign", "shop-1.tar.gz", "--key", "release.key"], in: folder)
        try #require(signed.status == 0, "\(signed.errors)")
    }

    private func shell(_ script: String, in folder: FilePath, _ environment: [String: String] = [:]) async throws
        -> Program.Run
    {
        try await Program.run("sh", ["-c", script], in: folder, environment: environment)
    }

    /// The IDs of the findings of a `relift verify`, and its status.
    private func verify(
        _ folder: FilePath, _ arguments: [String] = ["--keys", "allowed"], _ environment: [String: String] = [:]
    ) async throws -> (status: Int, ids: [String]) {
        let run = try await Program.run(
            ["verify", "shop-1.tar.gz", "--format", "json"] + arguments, in: folder, environment: environment)
        let json = try JSONValue(parsing: Array(run.output.utf8))
        #expect((run.status == 0) == (json["result"]?.stringValue == "verified"))
        return (run.status, json["findings"]?.elements?.compactMap { $0["id"]?.stringValue } ?? [])
    }

    /// Whether OpenSSH is here.
    private static let keygen =
        (try? FileDescriptor.open(FilePath("/usr/bin/ssh-keygen"), .readOnly).closeAfter { true }) ?? false

    @Test func whatIsSignedIsVerified() async throws {
        try await self.with { folder in
            try await self.sign(folder)
            let run = try await Program.run(["verify", "shop-1.tar.gz", "--keys", "allowed"], in: folder)
            #expect(
                run.status == 0 && run.output.hasPrefix("shop-1.tar.gz is signed by ci@example.org\n"), "\(run.errors)")
            #expect(run.errors == "")
            #expect(try await self.verify(folder, ["--keys", "release.key.pub"]) == (0, []))
            #expect(try await self.verify(folder, ["--keys", "allowed", "--signer", "ci@example.org"]) == (0, []))
            #expect(
                try await self.verify(folder, ["--keys", "allowed", "--signer", "bob"]) == (
                    1, ["signature/key-not-for-this"]
                ))
        }
    }

    @Test func theDigestBesideTheTarballIsAskedToo() async throws {
        try await self.with { folder in
            try await self.sign(folder)
            _ = try await self.shell("sha256sum shop-1.tar.gz > shop-1.tar.gz.sha256", in: folder)
            let run = try await Program.run(["verify", "shop-1.tar.gz", "--keys", "allowed"], in: folder)
            #expect(run.status == 0 && run.output.contains("(as in the file beside it)"), "\(run.errors)")
            _ = try await self.shell("echo x | sha256sum > shop-1.tar.gz.sha256", in: folder)
            #expect(try await self.verify(folder) == (1, ["stage/digest-mismatch"]))
            let signed = try await Program.run(["sign", "shop-1.tar.gz", "--key", "release.key"], in: folder)
            #expect(signed.status == 1 && signed.errors.contains("[stage/digest-mismatch]"))
        }
    }

    /// What is done to the folder, and the finding of `verify` and `install`.
    static let attacks: [(script: String, id: String)] = [
        ("rm shop-1.tar.gz.sig", "signature/missing"),
        ("printf x >> shop-1.tar.gz", "signature/wrong"),
        ("printf 'b tarball' > shop-1.tar.gz", "signature/wrong"),
        (": > shop-1.tar.gz.sig", "signature/unreadable"),
        ("head -c 100 shop-1.tar.gz.sig > s; mv s shop-1.tar.gz.sig", "signature/unreadable"),
        ("cp release.key shop-1.tar.gz.sig", "signature/unreadable"),
        ("rm shop-1.tar.gz.sig; mkfifo shop-1.tar.gz.sig", "host/wrong-kind"),
        ("ln -sf nowhere shop-1.tar.gz.sig", "signature/missing"),
        ("sed -i 's/ssh-ed25519/valid-before=\"20200101Z\" ssh-ed25519/' allowed", "signature/expired"),
        ("sed -i 's/ssh-ed25519/valid-after=\"20990101Z\" ssh-ed25519/' allowed", "signature/not-yet-valid"),
        ("sed -i 's/ssh-ed25519/namespaces=\"git\" ssh-ed25519/' allowed", "signature/key-not-for-this"),
        ("sed -i 's/ssh-ed25519 .*/ssh-ed25519 AAAA/' allowed", "signature/no-keys"),
        (": > allowed", "signature/no-keys"), ("rm allowed", "host/missing"), ("rm shop-1.tar.gz", "host/missing"),
        ("RELIFT keygen --output other; RELIFT sign shop-1.tar.gz --key other", "signature/unknown-key"),
        ("RELIFT keygen --output other; sed 's/^/x /' other.pub > allowed", "signature/unknown-key"),
    ]

    @Test(arguments: attacks) func whatIsNotRightIsRefused(attack: (script: String, id: String)) async throws {
        try await self.with { folder in
            try await self.sign(folder)
            let script = attack.script.replacing("RELIFT", with: Program.path.string)
            let run = try await self.shell(script, in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let verified = try await self.verify(folder)
            #expect(verified.status == 1 && verified.ids.contains(attack.id), "\(verified)")
            // Neither is a root there nor a node: the signature is judged before anything else is looked at.
            let install = try await Program.run(
                ["install", "shop-1.tar.gz", "--root", "root", "--keys", "allowed"], in: folder)
            #expect(install.status == 3 && install.errors.contains("[\(attack.id)]"), "\(install.errors)")
            #expect(try await self.shell("test ! -e root", in: folder).status == 0)
        }
    }

    @Test func aListInTheRootIsAConfiguration() async throws {
        try await self.with { folder in
            _ = try await self.shell(
                "mkdir -p root/releases root/etc/relift; cp allowed root/etc/relift/allowed_signers", in: folder)
            let install = ["install", "shop-1.tar.gz", "--root", "root"]
            let refused = try await Program.run(install, in: folder)
            #expect(refused.status == 3 && refused.errors.contains("[signature/missing]"), "\(refused.errors)")
            #expect(try await self.verify(folder, ["--root", "root"]) == (1, ["signature/missing"]))
            try await self.sign(folder)
            // What is wrong with it now is something else.
            let signed = try await Program.run(install, in: folder)
            #expect(signed.status == 3 && !signed.errors.contains("[signature/"), "\(signed.errors)")
            #expect(try await self.shell("ls root/releases", in: folder).output == "")
            _ = try await self.shell("chmod o+w root/etc", in: folder)
            let weak = try await Program.run(install, in: folder)
            #expect(weak.status == 3 && weak.errors.contains("[signature/keys-writable-by-others]"), "\(weak.errors)")
        }
    }

    // MARK: - Keys

    @Test func aKeyIsSecretAndNeverWrittenOver() async throws {
        try await self.with { folder in
            let modes = try await self.shell("stat -c %a release.key release.key.pub", in: folder)
            #expect(modes.output == "600\n644\n")
            let before = try File.read(folder.appending("release.key"))
            let again = try await Program.run(["keygen", "--output", "release.key"], in: folder)
            #expect(again.status == 1 && again.errors.contains("[signature/key-exists]"), "\(again.errors)")
            #expect(try File.read(folder.appending("release.key")) == before)
            _ = try await self.shell("rm release.key", in: folder)
            let half = try await Program.run(["keygen", "--output", "release.key"], in: folder)
            #expect(half.status == 1 && half.errors.contains("[signature/key-exists]"), "\(half.errors)")
            #expect(try await self.shell("ls -A", in: folder).output == "allowed\nrelease.key.pub\nshop-1.tar.gz\n")
            let dry = try await Program.run(["keygen", "--output", "other", "--dry-run"], in: folder)
            #expect(dry.status == 0 && dry.output == "would write other and other.pub\n")
        }
    }

    @Test func otherFilesAreNoKeys() async throws {
        try await self.with { folder in
            for (key, id) in [("release.key.pub", "signature/key-unreadable"), ("nothing", "host/missing")] {
                let run = try await Program.run(["sign", "shop-1.tar.gz", "--key", key], in: folder)
                #expect(run.status == 1 && run.errors.contains("[\(id)]"), "\(run.errors)")
            }
            let nothing = try await Program.run(["sign", "shop-2.tar.gz", "--key", "release.key"], in: folder)
            #expect(nothing.status == 1 && nothing.errors.contains("[host/missing]"), "\(nothing.errors)")
            _ = try await self.shell("mkdir shop-1.tar.gz.sig", in: folder)
            let failed = try await Program.run(["sign", "shop-1.tar.gz", "--key", "release.key"], in: folder)
            #expect(failed.status == 2 && failed.errors.contains("[host/"), "\(failed.errors)")
            _ = try await self.shell("rmdir shop-1.tar.gz.sig; chmod 644 release.key", in: folder)
            let open = try await Program.run(["sign", "shop-1.tar.gz", "--key", "release.key"], in: folder)
            #expect(open.status == 0 && open.errors.contains("warning: others on this machine"), "\(open.errors)")
        }
    }

    @Test func theKeyIsNeitherShownNorKept() async throws {
        try await self.with { folder in
            let key = String(decoding: try File.read(folder.appending("release.key")), as: UTF8.self)
            let lines = key.split(separator: "\n").dropFirst().dropLast().map(String.init)
            let run = try await Program.run(
                ["sign", "shop-1.tar.gz", "--key", "release.key", "--verbose", "--format", "json"], in: folder)
            let signature = String(decoding: try File.read(folder.appending("shop-1.tar.gz.sig")), as: UTF8.self)
            for line in lines { #expect(!(run.output + run.errors + signature).contains(line)) }
        }
    }

    // MARK: - With OpenSSH

    @Test(.enabled(if: keygen)) func openSSHVerifiesWhatReliftSigns() async throws {
        try await self.with { folder in
            try await self.sign(folder)
            let verify =
                "ssh-keygen -Y verify -n relift-release -f allowed -I ci@example.org -s shop-1.tar.gz.sig < shop-1.tar.gz"
            let run = try await self.shell(verify, in: folder)
            #expect(run.status == 0 && run.output.hasPrefix("Good \"relift-release\" signature"), "\(run.errors)")
            let changed = try await self.shell("printf x >> shop-1.tar.gz; \(verify)", in: folder)
            #expect(changed.status != 0)
        }
    }

    @Test(.enabled(if: keygen), arguments: ["", "-O hashalg=sha512", "-O hashalg=sha256"])
    func reliftVerifiesWhatOpenSSHSigns(option: String) async throws {
        try await self.with { folder in
            // With a passphrase, which relift does not ask for.
            let sign = """
                printf '#!/bin/sh\\necho secret' > ask; chmod +x ask; ssh-keygen -q -t ed25519 -N secret -C ops -f ops || exit
                SSH_ASKPASS=./ask SSH_ASKPASS_REQUIRE=force ssh-keygen -q -Y sign \(option) -n relift-release -f ops shop-1.tar.gz
                """
            let signed = try await self.shell(sign, in: folder)
            try #require(signed.status == 0, "\(signed.errors)")
            #expect(try await self.verify(folder, ["--keys", "ops.pub"]) == (0, []))
            #expect(try await self.verify(folder) == (1, ["signature/unknown-key"]))
            let encrypted = try await Program.run(["sign", "shop-1.tar.gz", "--key", "ops"], in: folder)
            #expect(encrypted.status == 1 && encrypted.errors.contains("[signature/key-encrypted]"))
        }
    }

    @Test(.enabled(if: keygen)) func bothSignWithKeysOfBothAndMakeTheSameBytes() async throws {
        try await self.with { folder in
            _ = try await self.shell("ssh-keygen -q -t ed25519 -N '' -C 'two words' -f ops", in: folder)
            for key in ["release.key", "ops"] {
                let ours = try await Program.run(["sign", "shop-1.tar.gz", "--key", key], in: folder)
                #expect(ours.status == 0, "\(ours.errors)")
                let theirs = try await self.shell(
                    """
                    mv shop-1.tar.gz.sig ours && ssh-keygen -q -Y sign -n relift-release -f \(key) shop-1.tar.gz \\
                    && cmp ours shop-1.tar.gz.sig && ssh-keygen -y -f \(key) > public && diff public \(key).pub \\
                    && rm shop-1.tar.gz.sig
                    """, in: folder)
                #expect(theirs.status == 0, "\(theirs.output)\(theirs.errors)")
            }
        }
    }

    @Test(.enabled(if: keygen), arguments: ["git", "file"]) func signaturesForOtherPurposesAreNone(name: String)
        async throws
    {
        try await self.with { folder in
            let signed = try await self.shell(
                "ssh-keygen -q -Y sign -n \(name) -f release.key shop-1.tar.gz", in: folder)
            try #require(signed.status == 0, "\(signed.errors)")
            #expect(try await self.verify(folder) == (1, ["signature/other-purpose"]))
        }
    }

    @Test(.enabled(if: keygen), arguments: ["-t rsa -b 2048", "-t ecdsa"])
    func otherKindsOfKeysAreSaidToBeThat(type: String) async throws {
        try await self.with { folder in
            let signed = try await self.shell(
                "ssh-keygen -q \(type) -N '' -f k && ssh-keygen -q -Y sign -n relift-release -f k shop-1.tar.gz",
                in: folder)
            try #require(signed.status == 0, "\(signed.errors)")
            #expect(try await self.verify(folder) == (1, ["signature/unreadable"]))
            #expect(try await self.verify(folder, ["--keys", "k.pub"]).ids.contains("signature/no-keys"))
            let run = try await Program.run(["sign", "shop-1.tar.gz", "--key", "k"], in: folder)
            #expect(run.status == 1 && run.errors.contains("[signature/key-unreadable]"), "\(run.errors)")
        }
    }

    /// Times without `Z` are those of the time zone of the process, as OpenSSH takes them.
    @Test(.enabled(if: keygen), arguments: [("+2 hours", true), ("-2 hours", false)])
    func localTimesAreLocal(offset: String, isValid: Bool) async throws {
        try await self.with { folder in
            try await self.sign(folder)
            let zone = ["TZ": "XYZ5"]
            let script = """
                sed -i "s/ssh-ed25519/valid-before=\\"$(date -d '\(offset)' +%Y%m%d%H%M%S)\\" ssh-ed25519/" allowed
                ssh-keygen -Y verify -n relift-release -f allowed -I ci@example.org -s shop-1.tar.gz.sig < shop-1.tar.gz
                """
            #expect((try await self.shell(script, in: folder, zone).status == 0) == isValid)
            #expect(try await self.verify(folder, ["--keys", "allowed"], zone).status == (isValid ? 0 : 1))
        }
    }
}
