import Glibc
import HostFiles
import ReleaseInstalling
import SystemPackage

/// What the process was started with; read here and nowhere else.
enum ProcessEnvironment {
    static func variable(_ name: String) -> String? {
        // getenv's text is copied before anything could change it: the program never calls setenv.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The working folder.
    static var workingFolder: FilePath {
        let path = unsafe getcwd(nil, 0)
        defer { unsafe free(path) }
        return unsafe path.map { unsafe FilePath(platformString: $0) } ?? "/"
    }

    /// The folders of applications that ERL_LIBS names.
    static var librariesOfErlang: [FilePath] {
        (self.variable("ERL_LIBS") ?? "").split(separator: ":").map { FilePath(String($0)) }
    }

    /// `SOURCE_DATE_EPOCH` in seconds (reproducible-builds.org), 0 when it is not set.
    static var sourceDateEpoch: Int { self.variable("SOURCE_DATE_EPOCH").flatMap { Int($0) } ?? 0 }

    static var processorCount: Int { HostProcessors.count }

    /// The name of the user who started the program, also through sudo.
    static var userName: String {
        if let name = self.variable("SUDO_USER"), !name.isEmpty { return name }
        // The entry is copied at once, before anything else could ask for another one.
        let name = unsafe getpwuid(getuid()).flatMap { unsafe $0.pointee.pw_name }.map { unsafe String(cString: $0) }
        return name ?? String(getuid())
    }

    static var operationContext: OperationContext {
        OperationContext(user: self.userName, mark: String(getpid())) { HostTime(seconds: Int(time(nil))) }
    }
}
