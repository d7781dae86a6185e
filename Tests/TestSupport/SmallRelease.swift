package import SystemPackage

/// A release of `kernel`, `stdlib`, `sasl` and one application, written as files without a compiler.
package enum SmallRelease {
    /// Writes `lib/` and `small.rel` below a folder.
    package static func write(in folder: FilePath, version: String = "1", application: String = "a") async throws {
        let applications = [("kernel", "1"), ("stdlib", "1"), ("sasl", "1"), (application, version)]
        for (name, version) in applications {
            let needs = name == "kernel" ? "" : name == "stdlib" ? "kernel" : "kernel,stdlib"
            let ebin = folder.appending("lib/\(name)-\(version)/ebin")
            _ = try await Program.run("mkdir", ["-p", ebin.string])
            try File.write(
                Array(
                    """
                    {application,\(name),[{description,""},{vsn,"\(version)"},{modules,[]},{registered,[]},
                     {applications,[\(needs)]}]}.
                    """.utf8), to: ebin.appending("\(name).app"))
        }
        let entries = applications.map { "{\($0.0),\"\($0.1)\"}" }.joined(separator: ",")
        try File.write(
            Array("{release,{\"small\",\"\(version)\"},{erts,\"13.1.5\"},[\(entries)]}.\n".utf8),
            to: folder.appending("small.rel"))
    }
}
