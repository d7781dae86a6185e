package import Diagnostics
import ErlangTerms
package import HostFiles
package import ReleaseModel
package import SystemPackage

/// What `exref` looks for: functions that modules of the applications call and that nobody has, as
/// `xref:analyze(undefined_functions)` in module mode answers systools (`systools_make:check_xref/3`).
///
/// - Every `.beam` file beside an application's `.app` file is read, whether or not the `.app` file lists it.
/// - A call is an entry of the import table: calls within a module, and calls to a module or function that is only
///   known at run time, are not seen.
/// - A function is there if its module exports it, where the modules of the applications come first and those of the
///   search path second; `module_info` and `behaviour_info/1` of the applications' modules are always there.
/// - The emulator's own functions are always there.
package struct UndefinedFunctions: Sendable {
    private let files: HostFileSystem
    /// Where modules are looked for that are in none of the applications: the search path, folders of `.beam` files.
    private let libraryFolders: [FilePath]
    private let target: OTPRelease
    private let builtIns: BuiltInFunctions
    private let parallelism: Int

    /// `target` is the OTP whose emulator shall run the modules; `parallelism` how many files are read at once.
    package init(libraryFolders: [FilePath], target: OTPRelease, parallelism: Int, files: HostFileSystem) {
        self.files = files
        self.libraryFolders = libraryFolders
        self.target = target
        self.builtIns = BuiltInFunctions(of: target)
        self.parallelism = max(1, parallelism)
    }

    /// The undefined functions in order of module, function and arity; with `names`, those that these applications
    /// call. `findings` gets a warning for each module that had to be left out.
    package func find(
        in applications: [Application], only names: [ApplicationName]? = nil, _ findings: inout [Diagnostic]
    ) async throws(CrossReferenceError) -> [ModuleFacts.ImportedFunction] {
        let library = try self.library()
        let plan = self.plan(applications.filter { names?.contains($0.name) ?? true })
        let read = await self.read(plan.modules, .everything(builtIns: self.builtIns))
        let analyzed = try self.tables(read, plan.modules, &findings)
        if let error = plan.error { throw error }

        var called: [Atom: Set<ModuleFacts.FunctionName>] = [:]
        for call in analyzed.values.lazy.flatMap(\.imports) {
            called[call.module, default: []].insert(ModuleFacts.FunctionName(call.function, call.arity))
        }
        for (module, tables) in analyzed {
            called[module]?.subtract(tables.exports)
            called[module]?.subtract(Self.predefined)
        }
        let elsewhere = called.keys.filter { analyzed[$0] == nil }.sorted().compactMap { library[$0] }
        for result in await self.read(elsewhere, .exports) {
            let tables: ModuleTables
            do { tables = try result.get() } catch { throw Self.failure(of: error) }
            called[tables.module]?.subtract(tables.exports)
        }
        return called.keys.sorted().flatMap { module in
            (called[module] ?? []).sorted { ($0.name, $0.arity) < ($1.name, $1.arity) }.map {
                ModuleFacts.ImportedFunction(module: module, function: $0.name, arity: $0.arity)
            }
        }
    }

    /// Functions that every module has.
    private static let predefined: Set<ModuleFacts.FunctionName> = [
        .init("module_info", 0), .init("module_info", 1), .init("behaviour_info", 1),
    ]

    // MARK: - What is there

    /// The first file of each module in the search path. Of several folders that cannot be listed xref names the last.
    private func library() throws(CrossReferenceError) -> [Atom: FilePath] {
        var library: [Atom: FilePath] = [:]
        var failure: HostFileError?
        for folder in self.libraryFolders {
            do {
                for entry in try self.files.entries(of: folder) {
                    guard let module = entry.moduleName else { continue }
                    let path = folder.appending(entry.name)
                    guard library[module] == nil, self.isNoFolder(entry, path) else { continue }
                    library[module] = path
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw .unreadableLibrary(failure) }
        return library
    }

    private func isNoFolder(_ entry: HostFolderEntry, _ path: FilePath) -> Bool {
        switch entry.kind {
        case .folder: false
        case .symbolicLink, .unknown:
            (try? self.files.factsIfPresent(of: path)).map { $0.map { $0.kind != .folder } ?? false } ?? false
        case .file, .characterDevice, .blockDevice, .fifo, .socket: true
        }
    }

    /// The files to read, application by application in order of their names, up to the first that cannot be added.
    private func plan(_ applications: [Application]) -> (modules: [FilePath], error: CrossReferenceError?) {
        let sorted = applications.map { ($0.name, $0.directory) }.sorted { $0 < $1 }
        var modules: [FilePath] = []
        var added: [ApplicationName: FilePath] = [:]
        var last: (ApplicationName, String)?
        for (name, directory) in sorted {
            if let last, last == (name, directory) { continue }
            last = (name, directory)
            do throws(CrossReferenceError) {
                guard let folder = try self.folder(directory) else { continue }
                if let first = added[name] {
                    throw .applicationTwice(name, folder.string, after: first.string)
                }
                added[name] = folder
                modules += try self.modules(in: folder)
            } catch {
                return (modules, error)
            }
        }
        return (modules, nil)
    }

    /// The folder of an application's modules: `ebin` in the one given, if there is such a folder. Nil for what is no
    /// folder: xref passes over it.
    private func folder(_ directory: String) throws(CrossReferenceError) -> FilePath? {
        guard !directory.isEmpty, directory.unicodeScalars.allSatisfy({ $0.value > 31 }) else {
            throw .invalidName(directory)
        }
        let folder = FilePath(directory)
        let kind = try Self.asking { () throws(HostFileError) in try self.files.facts(of: folder).kind }
        guard kind == .folder else { return nil }
        let inner = folder.appending("ebin")
        return self.files.isFolder(inner) ? inner : folder
    }

    private func modules(in folder: FilePath) throws(CrossReferenceError) -> [FilePath] {
        var modules: [FilePath] = []
        for entry in try Self.asking({ () throws(HostFileError) in try self.files.entries(of: folder) }) {
            guard entry.moduleName != nil, entry.kind != .folder else { continue }
            let path = folder.appending(entry.name)
            let kind = try Self.asking { () throws(HostFileError) in
                entry.kind == .file ? .file : try self.files.facts(of: path).kind
            }
            switch kind {
            case .file: modules.append(path)
            case .folder: continue
            case .symbolicLink, .characterDevice, .blockDevice, .fifo, .socket, .unknown:
                throw .notAFile(path.string)
            }
        }
        return modules
    }

    /// Asks the host about an application; what it cannot answer ends the cross reference.
    private static func asking<Answer>(
        _ question: () throws(HostFileError) -> Answer
    ) throws(CrossReferenceError) -> Answer {
        do { return try question() } catch { throw .unreadable(error) }
    }

    // MARK: - Reading

    private typealias Read = Result<ModuleTables, ModuleTables.Failure>

    /// Reads files, several at once; the results are in the order of the paths.
    private func read(_ paths: [FilePath], _ extent: ModuleTables.Extent) async -> [Read] {
        let (files, target) = (self.files, self.target)
        return await SharedWork(parallelism: self.parallelism).map(paths, share: 8) { path in
            Read { () throws(ModuleTables.Failure) in try ModuleTables(path, extent, target: target, files) }
        }
    }

    /// The modules by name. Files that we may not read are left out with a warning, as xref leaves them out.
    private func tables(
        _ results: [Read], _ paths: [FilePath], _ findings: inout [Diagnostic]
    ) throws(CrossReferenceError) -> [Atom: ModuleTables] {
        var tables: [Atom: ModuleTables] = [:]
        var folders: [Atom: FilePath] = [:]
        for (path, result) in zip(paths, results) {
            switch result {
            case .failure(.unreadable(let error)) where error.errno == .permissionDenied:
                findings.append(Self.skipped(path.string))
            case .failure(let failure):
                throw Self.failure(of: failure)
            case .success(let table):
                let folder = path.removingLastComponent()
                if let first = folders[table.module] {
                    let name = "\(table.module.name).beam"
                    throw .moduleTwice(
                        table.module, folder.appending(name).string, after: first.appending(name).string)
                }
                folders[table.module] = folder
                tables[table.module] = table
            }
        }
        return tables
    }

    private static func failure(of failure: ModuleTables.Failure) -> CrossReferenceError {
        switch failure {
        case .failed(let error): error
        case .unreadable(let error):
            .unreadableModule(
                error.diagnostic, [.atom("file_error"), .string(error.path.string), error.posix])
        }
    }

    private static func skipped(_ path: String) -> Diagnostic {
        Diagnostic(
            .crossReferenceSkipped, .warning, "`\(path)` may not be read and is left out of the cross reference",
            at: .file(path), explanation: "What it calls is not looked at, and what it has counts as missing.",
            help: ["give the user who builds the right to read it"])
    }
}

extension HostFolderEntry {
    /// The module that a `.beam` file is named after.
    fileprivate var moduleName: Atom? {
        let name = self.name.string
        guard name.utf8.count > 5, name.hasSuffix(".beam") else { return nil }
        return Atom(String(name.dropLast(5)))
    }
}
