using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Hutch.Services;

/// <summary>
/// Learns where a thread was when it was interrupted. The runtime has no call for the stack of another thread, but the
/// interrupted thread itself passes through here when the exception is thrown, even if its body then swallows it.
/// </summary>
internal static class InterruptedThreads
{
    private static readonly ConcurrentDictionary<int, Action<string>> Watched = new();
    private static readonly EventHandler<FirstChanceExceptionEventArgs> Handler = OnFirstChance;
    private static readonly Lock Gate = new();
    private static int s_watching;

    public static void Watch(Thread thread, Action<string> tell)
    {
        if (!Watched.TryAdd(thread.ManagedThreadId, tell))
            return;
        lock (Gate)
        {
            if (s_watching++ == 0)
                AppDomain.CurrentDomain.FirstChanceException += Handler;
        }
    }

    public static void Forget(Thread thread)
    {
        if (!Watched.TryRemove(thread.ManagedThreadId, out _))
            return;
        lock (Gate)
        {
            if (--s_watching == 0)
                AppDomain.CurrentDomain.FirstChanceException -= Handler;
        }
    }

    private static void OnFirstChance(object? sender, FirstChanceExceptionEventArgs thrown)
    {
        if (thrown.Exception is ThreadInterruptedException && Watched.TryGetValue(Environment.CurrentManagedThreadId, out var tell))
            tell(new StackTrace(1, fNeedFileInfo: true).ToString().TrimEnd());
    }
}
