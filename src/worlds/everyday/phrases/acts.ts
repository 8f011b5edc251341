/**
 * What people say that is about no slot, or frames what is: greetings, small talk, announcements.
 *
 * `{}` is a value. Every fourth line is for the test part (`lines.ts`).
 */
import { lines } from './lines.ts';

export const greetings = lines(`
Hi there!
Hello!
Hey, how's it going?
Good morning.
Evening!
Hi, good to be here.
Hello, hello.
Greetings from my sofa.
Hey you.
Good afternoon!
Hi! First time I'm trying this.
Morning, all well?
Hello there, nice to meet you.
Hey, thanks for having me.
Good evening to you.
Hi, are you there?
Yo!
Hi, it's me.
Hello, I hope you're well.
Well hello.
Hey hey.
Good day.
Hi, I've got a bit of time to chat.
Howdy!
Hello, this is new to me.
Hi! My friends told me about you.
Hey, what's up?
Top of the morning!
Hiya.
Hello again, or for the first time.
Hi there, stranger.
Hey, anyone home?
Good to see you.
Hello, let's chat.
Hi, how are you doing?
Good evening, friend.
Hey there, just checking in.
Hello! Coffee's ready, so I'm ready.
Hi, hope I'm not too late.
Right, hello then.
`);

export const smallTalk = lines(`
It's been raining all day.
I slept badly last night.
The neighbours are drilling again.
What a week this has been.
I can't believe it's nearly winter.
Traffic was a nightmare this morning.
I finally cleaned the kitchen.
My phone keeps dying on me.
Nothing much is going on here.
The sun's out at last.
I've been on my feet since six.
My internet went down twice today.
I lost my keys again, third time this month.
It's so quiet in the house today.
The weekend went by far too fast.
There was a rainbow over the car park.
I spilt tea all over my notes.
The lift's broken, so it was eight floors on foot.
I've got a pile of laundry staring at me.
Somebody parked in front of my door.
I'm a bit tired today, to be honest.
The queue at the post office was endless.
I found an old photo album in the attic.
It's way too hot to think.
My back's been acting up.
The washing machine makes strange noises.
I've been staring at a screen all day.
They're digging up our street again.
Sorry, I'm a little distracted today.
I had a really good laugh with a colleague earlier.
My shoes got soaked on the way home.
The clocks change this weekend, don't they?
I should really go to bed earlier.
It got dark so early today.
My watch stopped at noon.
I burnt the toast this morning.
The whole street smells of barbecue.
I keep forgetting what day it is.
There's a spider in the bathroom the size of a plate.
The power was out for an hour.
I'm doing well, thanks. How are you?
That's great to hear!
I know, right?
I've never tried that myself.
I'd love to see that sometime.
What do you like to do for fun?
That's so true.
Wow, I've always wanted to try that.
I can imagine.
Really? Tell me more.
I hope you have a good day.
It was nice talking to you.
I'm sorry to hear that.
You should try it sometime.
That's a good idea, I'll check it out.
I'm glad you like it.
Do you have any hobbies?
Thanks, I appreciate it.
I think so too.
What's your favourite place?
I'm good, just relaxing at the moment.
That must be hard. I hope it gets better.
I haven't thought about it yet.
Do you have any plans for the weekend?
That sounds lovely, I might do that too.
I'd love to, thank you.
You're welcome!
I'll have to look into that.
I love hearing about that.
Thanks! I'm really looking forward to it.
I like that one too.
That's a nice way to put it.
I could never do that, honestly.
I'm sure you'll be fine.
I'd be so nervous.
I always wondered how that works.
It's a lot of work, but it's worth it.
That's what I thought.
I'm so jealous of you right now.
Good luck with that!
I might try it on Sunday.
I used to think the same.
I've heard good things about it.
It's really relaxing, isn't it?
I can't wait, it's going to be great.
You never know until you try.
I do! It's so much fun.
I've seen a few of those.
They're the best, aren't they?
I guess you're right.
I'm excited for you.
Yes, I do that all the time.
That's a great choice, I think.
I'm not sure I would like that.
So, what do you do for work?
I've been meaning to do that for ages.
I should get some sleep now.
Well, see you around.
Bye for now!
Talk to you tomorrow.
Thanks for listening.
Okay, that was everything.
I'm off to bed, good night.
Catch you later.
Got to run, the kettle's boiling.
Speak soon.
Good night!
I'd better be off.
`);

/** Said before or after a fact, and about nothing. */
export const chatter = lines(`
What a day.
Anyway.
Just so you know.
It's raining here again.
Sorry, I'm typing on the bus.
Hope that makes sense.
Funny how things go.
I've got five minutes before I have to run.
Where do I start?
You know how it is.
Let me think.
It's a long story.
The kettle's just boiled.
Don't ask me why.
That's just me, I guess.
I've never told anyone that here.
Been meaning to say it.
Not that it matters much.
I'm in a good mood today.
There's a lot of noise outside, sorry.
For what it's worth.
I thought I'd mention it.
Ha, that came out of nowhere.
Hang on, someone's at the door. Right, back again.
Let's see.
I could talk about it for hours.
It's getting late here.
Nothing special, really.
Make of that what you will.
I'm still waking up.
True story.
Give me a second, my phone's acting up.
Oh, before I forget.
One more thing.
It's been a strange week.
No idea if you need that.
Bit random, I know.
My tea's gone cold by now.
I get asked that a lot.
Okay, deep breath.
That's great.
Oh, cool.
That sounds like fun!
Nice to meet you too.
How about you?
What do you do for fun?
I'm doing well, thanks.
I agree.
Thanks for asking.
What about you?
That's so cool!
Do you have any plans for the weekend?
Wow, that's interesting.
I'm glad to hear it.
Me too!
Have you ever tried that?
Thanks!
I'm glad you like it.
That's awesome.
I can see why.
Same here!
Really? That's cool.
You should try it sometime.
I'd like that.
That's interesting.
What's yours?
It's a lot of fun.
I love it.
`);

export const evasions = lines(`
I'd rather not say.
Let's talk about something else.
Hm, that's a bit private.
Ask me another time.
I don't feel like going into that now.
Can we skip that one?
Not today, sorry.
I'd sooner keep that to myself.
Maybe later.
That's not something I want to get into.
Pass.
Let's leave that for now.
I'm not in the mood for that question.
Do I have to answer that?
Some other day, perhaps.
I'd prefer not to talk about it.
Next question, please.
Ah, let's not.
You're curious, aren't you? Not now.
I'll tell you when I know you better.
That stays with me for the moment.
Too personal for me, sorry.
Mm, no.
I'll come back to that.
I don't really want to say.
Why do you want to know? Let's move on.
Hard pass on that one.
Can I keep that a secret?
Sorry, not comfortable with that yet.
We'll see. Not right now.
I'd rather hear about something else.
That would take too long now.
Oh, I don't share that.
Not sure I want to tell.
Let me dodge that one.
Let's change the subject.
I'd have to think about whether I want to say.
Nope, not telling.
Another time, okay?
That's between me and my diary.
`);

/** Said where there is nothing to tell on the topic that was asked about. */
export const nothing = lines(`
Nothing to say there, really.
I don't have one.
No, nothing like that.
Not that I know of.
Can't say that I do.
None, to be honest.
That's never been a thing for me.
No preference at all.
I've honestly no idea.
Nope, none.
That doesn't apply to me.
I never think about that.
No strong feelings there.
Nothing comes to mind.
I'm afraid I have no answer to that.
Nothing in particular.
Not really.
I couldn't tell you.
Never had one.
It's all the same to me.
Hm, nothing special.
I've got nothing there.
No, not my area.
Blank, sorry.
I don't really go in for that.
Can't think of any.
No, never.
That's one of those things I don't have.
Not at the moment, no.
None that I could name.
I'm not picky, so nothing there.
Doesn't matter to me.
I wouldn't know.
No such thing in my life.
You've got me, I don't know.
There isn't one.
Haven't got any.
Zero, sorry.
I've no opinion on that.
Nah, not me.
`);

/** Said before what has changed. */
export const announcements = lines(`
Things have changed.
Big news.
There's been a change.
Update from my side.
Scrap what I said before.
It's different now.
You should know that something's changed.
Forget what I told you earlier.
News!
I've changed my mind.
Things look different these days.
A small correction to my life.
That was then.
I've made a change.
Since we last spoke, something's new.
Guess what.
Not anymore, what I said.
New chapter for me.
I need to update you.
Plot twist.
So, that's over.
It isn't like before.
I switched.
Well, everything's new now.
Change of plan.
Remember what I said? That's history.
Something new.
This may surprise you.
Times change.
I've turned over a new leaf.
Hold on, that's out of date.
Right, so I did it.
Cross out the old one.
What I said before is no longer true.
A lot has happened.
Here's something new about me.
I finally did it.
That's no longer right, by the way.
From this week on it's another story.
Out with the old.
`);

/** Said before what was told already. */
export const again = lines(`
As I said,
Like I told you,
As you know,
I've said it before, but
Once more:
Just to remind you,
As I mentioned,
In case you forgot,
You know me,
Again:
I may have said this, but
As I keep saying,
Same as ever,
To say it again,
Have I said it?
Like I always say,
I repeat myself, I know, but
Still true:
Nothing new, but
As mentioned,
Stop me if I told you, but
Well, you know,
I said so earlier,
To repeat:
As before,
It's still the case:
Did I mention it?
You'll remember,
Same old,
Not to go on about it, but
I've told you, haven't I?
For the record,
Just saying it again,
Reminder:
As we discussed,
I'm sure I said it,
Once again,
You heard it before,
And still,
To come back to it,
`);

/** What is over, with nothing in its place; `{}` is what it was. */
export const drops = lines(`
I've given up {}.
I've stopped with {}.
No more {} for me.
I'm done with {}.
{} is over for me.
I quit {} last month.
I've dropped {} completely.
I'm no longer into {}.
I don't do {} anymore.
That thing with {}? Finished.
I've had enough of {}.
I've said goodbye to {}.
{}, that's history.
I've let {} go.
I've lost interest in {}.
You can cross {} off my list.
{} just isn't me anymore.
It's over between me and {}.
I've packed in {}.
I'm through with {}.
I stopped {} and don't miss it.
My {} days are behind me.
I've retired from {}.
I put {} behind me.
Enough of {}, I decided.
I've turned my back on {}.
There'll be no more {}.
I called it a day with {}.
I no longer care about {}.
{} has gone out of my life.
I gave {} the boot.
After years, I've ended {}.
I left {} behind.
I've ditched {}.
I cut out {}.
I walked away from {}.
{}? Not anymore.
I've closed the chapter on {}.
I don't bother with {} these days.
I threw in the towel on {}.
`);

/** The same where it was something disliked. */
export const dropsOfDislikes = lines(`
I don't mind {} anymore.
{} is fine with me now.
I've made my peace with {}.
I've got over my thing about {}.
You know, {} isn't so bad after all.
I no longer mind {}.
I've stopped hating {}.
I can live with {} now.
`);

/** Doubts before a change; `{}` is what may go. */
export const doubts = lines(`
I'm not sure about {} anymore.
I'm thinking of giving up {}.
I wonder if {} is still right for me.
{} isn't what it used to be.
I may be done with {} soon.
Lately I've had doubts about {}.
I don't know if I'll stick with {}.
I've been going off {}.
Maybe it's time for something other than {}.
{} doesn't feel right these days.
I'm a bit tired of {}.
I keep asking myself why {}.
Perhaps {} isn't for me.
I might leave {} behind.
I'm losing patience with {}.
I could do with a change from {}.
Between us, {} bores me a little.
I've been thinking about {} and whether to stop.
Who knows how long I'll keep up {}.
I'm torn about {}.
Not sure {} and I have a future.
{}... I don't know.
I may have had enough of {}.
I'm on the fence about {}.
The shine has worn off {}.
I'm wavering on {}.
There's a good chance {} won't last.
It's getting harder to like {}.
I've half a mind to drop {}.
I'm reconsidering {}.
{} has lost its charm a bit.
Do I still want {}? I'm not certain.
I feel less and less like {}.
Somehow {} doesn't do it for me now.
I'm starting to think {} was a mistake.
I sometimes regret {}.
Could be that I'll move on from {}.
I'm slowly growing out of {}.
I don't see myself with {} forever.
It may soon be over with {}.
`);

/** People of whom something is told that is theirs. */
export const somebody = lines(`
sister
brother
cousin
mother
father
aunt
uncle
grandmother
grandfather
flatmate
neighbour
boss
colleague
best friend
ex
son
daughter
niece
nephew
mother-in-law
landlord
hairdresser
doctor
teacher
girlfriend
boyfriend
husband
wife
roommate
coach
`);

/** What is over, before what holds now, where it is more than a taste; `{}` is what it was, `{a}` with its article. */
export const formers: Readonly<Record<string, readonly string[]>> = {
  name: lines(`
    Nobody calls me {} these days.
    I don't go by {} any longer.
    {} was my name until last year.
    I've had {} changed at the town hall.
  `),
  city: lines(`
    I've left {}.
    I don't live in {} any longer.
    We've moved out of {}.
    {} was home until last month.
    My time in {} is over.
    I've packed up in {} and gone.
    I've given up the place in {}.
    {} is behind me now.
  `),
  job: lines(`
    I'm no longer {a}.
    I've handed in my notice, no more days as {a}.
    I've stopped working as {a}.
    My days as {a} are over.
    I was {a} until Friday.
    They let me go as {a}.
    I've had enough of being {a}.
    I'm not {a} any longer.
  `),
  pet: lines(`
    The {} lives with my parents now.
    I had to give the {} away.
    I don't have the {} any longer.
    My old {} died in spring.
  `),
};

/** Said behind a value that slipped out by mistake; the right one follows. `{}` is the wrong one. */
export const slips = lines(`
No, sorry, that's wrong.
Oops, not {}.
Wait, that came out wrong.
Scratch that.
Hm, no, I mixed that up.
No no, what am I writing.
I mean, no.
Silly me, not {} at all.
Er, let me start again.
That's not true, my fingers were faster.
Sorry, wrong.
Not {}, I mean.
Ah, no, that was before.
Hold on, that's not right.
Forget that, I'm tired.
Actually no.
My mistake.
Ignore that last bit.
No, hang on, not {}.
Whoops, wrong way round.
I typed that too fast.
That was nonsense.
Well, no.
Correction:
`);

/** What the assistant got wrong; `{}` is the wrong value, and what is right follows. */
export const corrections = lines(`
No, not {}.
That's wrong, it isn't {}.
{}? No.
You've got that wrong, not {}.
Not {}, I told you.
Hm, {} isn't right.
I never said {}.
You must be thinking of someone else, not {}.
Wait, {}? No no.
Sorry, but not {}.
{} is not me.
Let me correct you: not {}.
It's not {}, remember?
Wrong, {} isn't it.
Why {}? I told you something else.
Not {}, please.
That's not right, {} was never it.
You mixed me up, it's not {}.
Ah, no, {} isn't true.
Where did you get {} from?
No way, not {}.
{} is wrong.
Actually, it isn't {}.
Close, but no {}.
Please note: not {}.
Nope, {} isn't mine.
Did I say {}? I didn't.
Forget {}.
I think you confused something, not {}.
Not {} at all.
That would be news to me, {}.
Ehm, {}? That's not me.
You weren't listening: not {}.
Strike {}.
No {} for me, that's not what I said.
Careful, {} is somebody else.
I have to stop you there, not {}.
It's certainly not {}.
Oh no, not {}.
Check your notes, it isn't {}.
`);

/** Said where a question came that was asked or answered before. */
export const repeated = lines(`
You asked me that before.
Didn't I tell you already?
We've been through this.
That again?
I've answered that.
You keep asking the same thing.
Are you even listening?
I just told you.
Haven't we had that?
You should know that by now.
Again? I said so earlier.
Same question as before.
I thought you took notes.
Déjà vu.
You've got a short memory.
Um, we covered that.
Once was enough, wasn't it?
You really don't remember?
I won't say it three times.
Scroll up, please.
That question sounds familiar.
We did that one.
I feel like I'm repeating myself.
Hello? I've told you that.
You already know.
Do you forget everything?
That's the second time you've asked.
Not again.
Please pay attention.
You asked, I answered.
I'm sure you asked me this.
Is this a test?
Check what I said before.
It hasn't changed since you last asked.
Twice the same question, really?
We're going round in circles.
I've been over this.
You had that question already.
Sigh. You asked that.
Old question, old answer.
`);

/** Said where nothing came that could be understood. */
export const puzzled = lines(`
Sorry, what?
I don't follow.
What do you mean?
That made no sense to me.
Come again?
I didn't get that.
Pardon?
Huh?
Is something wrong with you today?
You lost me there.
I can't make head or tail of that.
Could you say that in plain words?
Are you all right?
That's gibberish.
What was that?
I'm confused.
Say again?
Did your cat walk over the keyboard?
I've no idea what you're saying.
Eh?
Try that once more.
That went over my head.
Not sure what that was.
What's that supposed to mean?
You're not making sense.
Excuse me?
I don't understand.
Was that meant for me?
Your message came out garbled.
Something went wrong there.
Can you repeat that?
Hm? I didn't catch that.
That's no answer.
I'm afraid I don't understand you.
What on earth?
Speak English, please.
Strange reply.
I think you glitched.
Sorry, that was unreadable.
Wait, what?
`);
