package import SystemPackage

/// A JSON schema, held against documents by the validator of Debian's python3-jsonschema.
package struct JSONSchema: Sendable {
    private let path: FilePath

    /// The schema in a file; those that it refers to lie beside it.
    package init(_ path: FilePath) { self.path = path }

    package static let hasValidator: Bool = {
        let module = FilePath("/usr/lib/python3/dist-packages/jsonschema/__init__.py")
        return (try? File.read(module)) != nil
    }()

    /// Every way in which a document differs from the schema, a line each; what is no schema or no JSON is thrown.
    package func differences(of document: String) async throws -> String {
        try await withTemporaryFolder { folder in
            let input = folder.appending("input")
            try File.write(Array(document.utf8), to: input)
            let run = try await Program.run(
                "/usr/bin/python3", ["-c", Self.validation, self.path.string, input.string])
            guard run.status == 0 else { throw Failure(text: run.errors) }
            return run.output
        }
    }

    package struct Failure: Error {
        package let text: String
    }

    private static let validation = """
        import json, os, sys, jsonschema
        path, document = sys.argv[1:]
        schema = json.load(open(path))
        kind = jsonschema.validators.validator_for(schema)
        kind.check_schema(schema)
        folder = os.path.dirname(path)
        others = [json.load(open(os.path.join(folder, name))) for name in os.listdir(folder) if name.endswith('.json')]
        store = {other['$id']: other for other in others if '$id' in other}
        resolver = jsonschema.RefResolver.from_schema(schema, id_of=kind.ID_OF, store=store)
        validator = kind(schema, resolver=resolver, format_checker=jsonschema.FormatChecker())
        found = [str(list(e.absolute_path)) + ': ' + e.message for e in validator.iter_errors(json.load(open(document)))]
        print('\\n'.join(found), end='')
        """
}
