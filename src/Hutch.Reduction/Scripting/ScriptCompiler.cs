using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Hutch.Reduction.Scripting;

/// <summary>
/// Compiles a C# script as what it is: top-level statements with local functions, whose variables are locals and as fast as any. It goes
/// into a load context of its own, which is unloaded when the script changes.
/// </summary>
internal static class ScriptCompiler
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Numerics;
        global using Hutch.Reduction.Scripting;
        global using Hutch.Reduction.Sources;
        global using static Hutch.Reduction.Scripting.ScriptContext;
        """;

    private static readonly Lazy<MetadataReference[]> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Hutch.", StringComparison.Ordinal)))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ]);

    /// <summary>Compiles a script.</summary>
    /// <returns>Its main method, and the context that holds it.</returns>
    /// <exception cref="ScriptCompilationException">The script is wrong.</exception>
    public static (Action Run, AssemblyLoadContext Context) Compile(string path, string source)
    {
        // The checks and the line numbers of what is printed need a text with an encoding.
        var parsed = CSharpSyntaxTree.ParseText(SourceText.From(source, System.Text.Encoding.UTF8), path: path);
        Refuse(parsed.GetDiagnostics(), path);
        var marked = CSharpSyntaxTree.Create((CSharpSyntaxNode)new LineMarker().Visit(parsed.GetRoot()), path: path, encoding: System.Text.Encoding.UTF8);
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Annotations);
        var compilation = CSharpCompilation.Create($"script-{Guid.NewGuid():N}", [marked, CSharpSyntaxTree.ParseText(Usings)], References.Value, options);
        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Refuse(result.Diagnostics, path);
        image.Position = symbols.Position = 0;
        var context = new AssemblyLoadContext(path, isCollectible: true);
        var entry = context.LoadFromStream(image, symbols).EntryPoint!;
        return (() => entry.Invoke(null, BindingFlags.DoNotWrapExceptions, null, entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()], null), context);
    }

    private static void Refuse(IEnumerable<Diagnostic> diagnostics, string path)
    {
        var errors = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count == 0)
            return;
        string Tell(Diagnostic d) => $"{path}({d.Location.GetLineSpan().StartLinePosition.Line + 1}): error {d.Id}: {d.GetMessage()}";
        throw new ScriptCompilationException(
            $"{errors[0].Id}: {errors[0].GetMessage()}", errors[0].Location.GetLineSpan().StartLinePosition.Line + 1, string.Join('\n', errors.Select(Tell)));
    }
}
