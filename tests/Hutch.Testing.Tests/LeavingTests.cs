namespace Hutch.Testing.Tests;

/// <summary>Tests that leave something running, each in another way. They are run by <see cref="RunnerTests"/> only: most of them fail.</summary>
public class LeavingTests
{
    internal static void StartOne(string name) => new DelegateService(name, _ => { }) { Interval = TimeSpan.FromHours(1) }.Start();

    public class WithTheBaseClass : SessionFixture
    {
        public WithTheBaseClass() => StartOne("of the constructor");

        [Fact(Explicit = true)]
        public void Base_leaves_two() => StartOne("of the test");
    }

    [SessionPerTest]
    public class WithTheAttribute
    {
        [Fact(Explicit = true)]
        public async Task Attribute_leaves_one()
        {
            await Task.Yield();
            StartOne("of the test");
        }

        [Theory(Explicit = true)]
        [InlineData(true)]
        [InlineData(false)]
        public void Attribute_leaves_one_of_two(bool leave)
        {
            if (leave)
                StartOne("of the theory");
        }

        [Fact(Explicit = true)]
        public void Attribute_leaves_one_and_fails()
        {
            StartOne("of the failed test");
            Assert.Fail("for a reason of its own");
        }
    }

    [SessionPerTest(MayLeaveServices = true)]
    public class Allowed
    {
        [Fact(Explicit = true)]
        public void Allowed_leaves_one() => StartOne("allowed");
    }
}
