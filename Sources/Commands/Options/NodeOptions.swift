import ArgumentParser
import SystemPackage

/// How the node is reached (contract, section 3).
struct NodeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder the release is installed in.", valueName: "dir"))
    var root: String

    @Option(help: ArgumentHelp("The node. Default: the name in the vm.args of the release.", valueName: "name@host"))
    var node: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds the cookie. Default: vm.args, then ROOT/releases/COOKIE, then ~/.erlang.cookie; the "
                + "environment variable RELIFT_COOKIE wins over all.", valueName: "file"))
    var cookieFile: String?

    @Option(help: ArgumentHelp("The distribution port of the node; EPMD is not asked then.", valueName: "n"))
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "Options of TLS distribution, in the format of ssl_dist_optfile; those of client are used. Default: what "
                + "vm.args names, where the node runs with -proto_dist inet_tls.", valueName: "file"))
    var tlsConfig: String?

    func validate() throws {
        if let port, !(1...65535).contains(port) { throw ValidationError("--port must be between 1 and 65535") }
    }

    /// The root as an absolute path: the node has another working folder than this process.
    var rootFolder: FilePath { ProcessEnvironment.workingFolder.pushing(FilePath(self.root)) }
}
