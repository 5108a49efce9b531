using System.Text.Json;
using Hutch.Reduction.Scripts;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Scripts;

/// <summary>Modules that a script imports from its own folder count as a part of it.</summary>
public class ModuleTests
{
    [Fact]
    public void A_changed_module_deep_below_a_script_reduces_the_run_again()
    {
        using var reduction = new RunningReduction(new { script_check_interval_sec = 0.2 });
        Directory.CreateDirectory(Path.Combine(reduction.Folder, "tools"));
        string[] files = [Path.Combine(reduction.Folder, "helper.py"), Path.Combine(reduction.Folder, "tools", "__init__.py"), Path.Combine(reduction.Folder, "tools", "factors.py")];
        File.WriteAllText(files[0], "def value():\n    from tools import factors\n    return factors.FACTOR\n");
        File.WriteAllText(files[1], "");
        File.WriteAllText(files[2], "FACTOR = 2\n");
        reduction.WriteProc("import numpy as np, helper\noutput = input * float(helper.value())");
        reduction.Listening();
        reduction.Sender.Send(1, 1);
        reduction.Sender.Send(2, 2);
        reduction.WaitUntil(() => reduction.Result is { Chunks: 2 } && reduction.Values()[0] == 6, "the first result");

        File.SetLastWriteTimeUtc(files[2], DateTime.UtcNow);
        File.WriteAllText(Path.Combine(reduction.Folder, "unused.py"), "x = 1");
        File.WriteAllText(files[2], "FACTOR = 5\n");
        reduction.WaitUntil(() => reduction.Result is { Chunks: 2 } && reduction.Values()[0] == 15, "the result with the changed module");

        reduction.WaitUntil(() => reduction.Status is { Restarts: 1 }, "one restart");
        Assert.Contains("factors.py (MD5", reduction.Status!.LastRestart, StringComparison.Ordinal);
        Assert.Equal(files, reduction.Status.Scripts.Where(s => s.Role == "module").Select(s => s.Path));
        var listed = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Hutch.LiveResults.ResultFolder.All().Single(f => f.Instrument == reduction.Instrument).Path, "scripts.json")))!;
        Assert.Equal(Python.Run("import hashlib, sys; print(hashlib.md5(open(sys.argv[1], 'rb').read()).hexdigest())", files[2]), listed[files[2]]);
        Assert.Equal([reduction.Proc(), .. files], listed.Keys);
    }

    [Theory]
    [InlineData("import a", "a.py")]
    [InlineData("import os, a as b", "a.py")]
    [InlineData("if True:\n    import a  # comment", "a.py")]
    [InlineData("try: import a\nexcept ImportError: pass", "a.py")]
    [InlineData("from a import (x,  # why\n  y)", "a.py")]
    [InlineData("from p import \\\n    q", "p/__init__.py p/q.py")]
    [InlineData("import p.r", "a.py p/__init__.py p/r.py")]
    [InlineData("from p.q import f; import a", "a.py p/__init__.py p/q.py")]
    [InlineData("from p.sub.deep import f", "p/__init__.py p/q.py p/sub/__init__.py p/sub/deep.py")]
    [InlineData("important = 1; b = 'import'", "")]
    [InlineData("import nowhere, numpy", "")]
    [InlineData("import loop1", "loop1.py loop2.py")]
    public void Imports_are_found(string script, string modules)
    {
        var folder = Directory.CreateTempSubdirectory("hutch-modules-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "p", "sub"));
            foreach (var (name, text) in new[]
            {
                ("a.py", ""), ("p/__init__.py", ""), ("p/q.py", ""), ("p/r.py", "import a\n"), ("p/sub/__init__.py", ""),
                ("p/sub/deep.py", "from ..q import f\nfrom . import missing\nfrom .....too import far"), ("loop1.py", "import loop2"), ("loop2.py", "import loop1"),
            })
                File.WriteAllText(Path.Combine(folder, name), text);
            Assert.Equal(modules.Split(' ', StringSplitOptions.RemoveEmptyEntries), ScriptModules.Of(folder, script).Select(m => Path.GetRelativePath(folder, m.Path)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
