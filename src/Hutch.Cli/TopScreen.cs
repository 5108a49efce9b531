using Spectre.Console;

namespace Hutch.Cli;

/// <summary>Draws <c>hutch top</c> again and again, and does what the keys say.</summary>
internal sealed class TopScreen(TopSource source)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private int _selected;
    private bool _showsLog;
    private volatile string _said = "";
    private volatile bool _ends;

    public void Run() => AnsiConsole.Live(new Text("")).Start(context =>
    {
        using var refresh = new Timer(_ => source.Refresh(), null, Period, Period);
        while (!_ends)
        {
            while (!_ends && Console.KeyAvailable)
                Take(Console.ReadKey(intercept: true).Key);
            _selected = Math.Clamp(_selected, 0, Math.Max(0, source.Services.Count - 1));
            var log = _showsLog && source.Services.Count > 0 ? source.Log(source.Services[_selected].Name) : null;
            context.UpdateTarget(TopView.Of(source, _selected, log, Console.WindowHeight, _said));
            // Keys are answered at once, numbers once a second; a look at the keyboard costs nothing.
            for (var i = 0; i < 10 && !Console.KeyAvailable; i++)
#pragma warning disable RS0030 // the keyboard is polled: a console reports nothing
                Thread.Sleep(50);
#pragma warning restore RS0030
        }
    });

    private void Take(ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.UpArrow or ConsoleKey.K:
                _selected--;
                break;
            case ConsoleKey.DownArrow or ConsoleKey.J:
                _selected++;
                break;
            case ConsoleKey.L:
                _showsLog = true;
                break;
            case ConsoleKey.Escape:
                _showsLog = false;
                break;
            case ConsoleKey.S:
                Act("start");
                break;
            case ConsoleKey.T:
                Act("stop");
                break;
            case ConsoleKey.R:
                Act("restart");
                break;
            case ConsoleKey.Q:
                _ends = true;
                break;
        }
    }

    // It may take long; the screen goes on, and shows what is waited for.
    private void Act(string action)
    {
        if (source.Services.Count == 0)
            return;
        var name = source.Services[Math.Clamp(_selected, 0, source.Services.Count - 1)].Name;
        _said = $"{name}: {action} ...";
        _ = Task.Run(() => _said = source.Act(action, name));
    }
}
