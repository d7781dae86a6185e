import SystemPackage
import TestSupport
import Testing

/// Two authorities and certificates of theirs, made by openssl in a folder.
struct TLSFiles {
    let folder: FilePath

    /// Makes them: `ca` and `other-ca`; by `ca` `node` for localhost and loopback, `expired` for the same, `elsewhere` for
    /// another host, and `me`; `stranger` by `other-ca`.
    init(in folder: FilePath) async throws {
        self.folder = folder
        let script = """
            set -e
            key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            for ca in ca other-ca; do
                openssl req -x509 $key -keyout $ca.key -out $ca.pem -subj /CN=$ca -days 2
            done
            sign() { # NAME AUTHORITY DAYS ALTERNATIVES
                openssl req $key -keyout $1.key -out $1.csr -subj /CN=$1
                [ -z "$4" ] || printf 'subjectAltName=%s' "$4" > $1.ext
                openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -days $3 -out $1.pem ${4:+-extfile $1.ext}
            }
            sign node ca 2 DNS:localhost,IP:127.0.0.1,IP:::1
            sign expired ca -1 DNS:localhost
            sign elsewhere ca 2 DNS:elsewhere.example,DNS:*.localhost
            sign me ca 2 ""
            sign stranger other-ca 2 ""
            openssl pkey -in me.key -aes256 -passout pass:opensesame -out me.locked
            """
        let made = try await Program.run("sh", ["-c", script], in: folder)
        try #require(made.status == 0, "\(made.errors)")
    }

    func path(_ name: String) -> String { self.folder.appending(name).string }

    func bytes(_ name: String) throws -> [UInt8] { try File.read(self.folder.appending(name)) }

    /// Writes a file for `-ssl_dist_optfile`: a node with this certificate, which asks for one that `ca` has signed when
    /// `asksForOurs`.
    func options(
        certificate: String = "node", asksForOurs: Bool = true, versions: String = "['tlsv1.2','tlsv1.3']"
    ) throws -> String {
        let verification =
            asksForOurs
            ? "{cacertfile,\"\(self.path("ca.pem"))\"},{verify,verify_peer},{fail_if_no_peer_cert,true},"
            : "{verify,verify_none},"
        let text = """
            [{server,[\(verification){certfile,"\(self.path("\(certificate).pem"))"},
                      {keyfile,"\(self.path("\(certificate).key"))"},{versions,\(versions)}]},
             {client,[{verify,verify_none}]}].
            """
        let file = self.folder.appending("\(certificate)-\(asksForOurs)-\(versions.utf8.count).config")
        try File.write(Array(text.utf8), to: file)
        return file.string
    }
}
