using System.Diagnostics;
using System.Runtime.Loader;
using Hutch.Native.Posix;
using Hutch.Native.Processes;
using Hutch.Reduction.Scripting;

namespace Hutch.Reduction.Workers;

/// <summary>Runs a C# script in a process of its own: the same orders and answers as python_worker.py.</summary>
internal sealed unsafe class CSharpWorker : IDisposable
{
    private readonly WorkerChannel _channel = new(ChildProcess.ControlDescriptor);
    private readonly AnonymousMemory _mark = new("hutch-reduction-line", 4096);
    private readonly SharedInputs _inputs = new();
    private readonly OutputMemory _outputs = new();
    private Action? _script;
    private AssemblyLoadContext? _context;
    private string _path = "";
    private bool _isPost;

    /// <summary>Serves until the daemon is gone.</summary>
    /// <returns>The exit code: 2 if nobody started it as a worker.</returns>
    public static int Run()
    {
        if (!ControlDescriptor.Take())
        {
            Console.Error.WriteLine("This is the worker of the live reduction, which starts it; run: hutch run live-reduce FILE");
            return 2;
        }
        using var worker = new CSharpWorker();
        worker.Serve();
        return 0;
    }

    public void Dispose()
    {
        _channel.Dispose();
        _outputs.Dispose();
        _mark.Dispose();
    }

    private void Serve()
    {
        ScriptContext.MarkIn(_mark.Pointer);
        while (_channel.Receive<WorkerOrder>() is { } order)
        {
            WorkerReply reply;
            try
            {
                reply = order.Op == "load" ? Load(order) : Execute(order);
            }
            catch (Exception error)
            {
                reply = Report(error);
            }
            _channel.Send(reply);
            if (reply.Fatal)
                ImmediateExit.Now(1);
        }
    }

    private WorkerReply Load(WorkerOrder order)
    {
        (_path, _isPost) = (order.Path!, order.Kind == "post");
        (ScriptContext.instrument, ScriptContext.cache, _script) = (order.Instrument ?? "", [], null);
        _context?.Unload();
        _context = null;
        (_script, _context) = ScriptCompiler.Compile(_path, order.Source!);
        return new WorkerReply { Op = "loaded", Descriptor = _mark.Descriptor };
    }

    private WorkerReply Execute(WorkerOrder order)
    {
        var arrays = order.Arrays!.Select(a => (a.Name, Array: _inputs.Map(order.Memory!, a))).ToList();
        ScriptContext.attrs = order.Attributes ?? new Dictionary<string, object?>();
        ScriptContext.output = new ScriptOutput();
        if (_isPost)
            ScriptContext.accumulation = arrays.ToDictionary(a => a.Name, a => a.Array);
        else
            ScriptContext.input = arrays[0].Array;
        var started = Stopwatch.GetTimestamp();
        _script!();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (ScriptContext.output.Items.Count == 0)
            throw new InvalidOperationException("the script has not set output: assign it (output = ...) or set things by name (output[\"name\"] = ...)");
        var outputs = _outputs.Put(ScriptContext.output.Items);
        return new WorkerReply { Op = "done", Id = order.Id, Seconds = seconds, Descriptor = _outputs.Descriptor, Outputs = outputs };
    }

    private WorkerReply Report(Exception error)
    {
        if (error is ScriptCompilationException wrong)
            return new WorkerReply { Op = "error", Type = nameof(ScriptCompilationException), Message = wrong.Message, Line = wrong.Line, Traceback = wrong.All };
        var frames = new StackTrace(error, fNeedFileInfo: true).GetFrames().Where(f => f.GetFileName() == _path).ToList();
        var calls = frames.Select(f => $"   at {f.GetMethod()?.Name} in {_path}:line {f.GetFileLineNumber()}");
        return new WorkerReply
        {
            Op = "error",
            Type = error.GetType().Name,
            Message = $"{error.GetType().Name}: {error.Message}",
            Line = frames.FirstOrDefault()?.GetFileLineNumber(),
            Traceback = string.Join('\n', calls.Prepend($"{error.GetType().FullName}: {error.Message}")),
            Fatal = error is OutOfMemoryException,
        };
    }
}
