import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultOverlap, overlap } from '../../../../sidecar/lookup/overlap.ts';
import { signature } from '../../../../sidecar/lookup/signature.ts';

const score = (a: string, b: string) => overlap(signature(a)!, signature(b)!);

describe('overlap', () => {
  it.each([
    ['How do I install Node.js on Ubuntu?', 'How do I instlal Node.js on Ubuntu?'],
    ['Tell me the capital of Poland', 'Tell me the cpital of Poland'],
    ['Explain the reutrn value of parseTime()', 'Explain the return value of parseTime()'],
    ['What is photosynthesis?', 'What is phtoosynthesis?'],
    ['How do I delete a file in Linux?', 'How can I remove a file in Linux?'],
    ['how do I reset my password', 'how to reset the password'],
    ['What is the capital of France?', 'Tell me the capital of France'],
    ['How do I install kubernetes?', 'How do I install kuberentes?'],
    ['How do I uninstall it?', 'How do I uninnstall it?'],
    ['prerequisites of CS 101', 'prereqisites of CS 101'],
    ['reset my password', 'reset my passwird'],
    ['the correct way to reset my password', 'the correct way to reset my passwird'],
    ['list my open tickets', 'list my opened ticket'],
    ['Where can I park my car?', 'Where can I park a car?'],
    ['Is it also safe for cats?', 'Is it safe for cats?'],
    ['How do I bake cookies?', 'How do I bake a cookie?'],
    ['Is baking bread hard?', 'Is bake bread hard?'],
    ['planned trips of this year', 'plan trip of this year'],
    ['What are good rates for this?', 'What is a good rate for this?'],
    ['How do I close boxes?', 'How do I close a box?'],
    ['i want to order new checks', 'i would like to order new checks'],
  ])('%s ≈ %s', (a, b) => {
    expect(score(a, b)).toBeGreaterThanOrEqual(defaultOverlap);
    expect(score(a, b)).toBe(score(b, a));
  });

  it.each([
    ['What is the capital of France?', 'What is the capital of Germany?'],
    ['What is the capital of Austria?', 'What is the capital of Australia?'],
    ['What is the capital of Iran?', 'What is the capital of Iraq?'],
    ['the molar mass of chlorine', 'the molar mass of chloride'],
    ['What does personnel mean?', 'What does personal mean?'],
    ['how do I fill in the form', 'how do I fill in the from'],
    ['what affects sleep quality', 'what effects sleep quality'],
    ['a causal model of sales', 'a casual model of sales'],
    ['What is hypotension?', 'What is hypertension?'],
    ['Is ethanol safe to drink?', 'Is methanol safe to drink?'],
    ['What is quinidine used for?', 'What is quinine used for?'],
    ['the dose of prednisone', 'the dose of prednisolone'],
    ['a normal creatine level', 'a normal creatinine level'],
    ['connect to mysql', 'connect to mssql'],
    ['what is the port of http', 'what is the port of https'],
    ['what does scanf return', 'what does sscanf return'],
    ['how is hip abduction done', 'how is hip adduction done'],
    ['an isotropic material', 'an isotopic material'],
    ['a pressure of 5 mPa', 'a pressure of 5 MPa'],
    ['films with Kirsten', 'films with Kristen'],
    ['configure eslint', 'configure tslint'],
    ['start a preact app', 'start a react app'],
    ['what does umount do', 'what does mount do'],
    ['what does getattr do', 'what does setattr do'],
    ['what does malloc return', 'what does calloc return'],
    ['install kubectl', 'install kubectx'],
    ['rights of an employer', 'rights of an employee'],
    ['properties of sulfide', 'properties of sulfite'],
    ['is parking here legal', 'is parking here illegal'],
    ['explain microeconomics to me', 'explain macroeconomics to me'],
    ['sort in ascending order', 'sort in descending order'],
    ['which foods should I eat', 'which foods should I not eat'],
    ['convert USD to EUR', 'convert EUR to USD'],
    ['order 12345 status', 'order 12346 status'],
    ['explain useState in React', 'explain useStace in React'],
    ['how do you spell "recieve"', 'how do you spell "receive"'],
    ['включить режим полёта', 'выключить режим полёта'],
    ['who invented radio', 'when invented radio'],
    ['Is accomodate spelled right?', 'Is accommodate spelled right?'],
    ['Proofread: I will recieve it', 'Proofread: I will receive it'],
    [
      'What does this print?\nfor x in y:\n  f(x)\n  g(x)',
      'What does this print?\nfor x in y:\n  f(x)\ng(x)',
    ],
    ['What is a plane?', 'What is a plan?'],
    ['What are good rates?', 'What is a good rat?'],
    ['What is CORS in simple words?', 'What is the core in simple words?'],
    ['Is silicone safe for cooking?', 'Is silicon safe for cooking?'],
    ['How much is long term care insurance?', 'How much is long term car insurance?'],
    ['Why am I boring to people?', 'Why am I bored to people?'],
    ['Where do I buy glasses in Oslo?', 'Where do I buy glass in Oslo?'],
    ['Who is hiring in Oslo?', 'Who is hired in Oslo?'],
    ['sum of the even numbers from 1 to 100', 'sum of the numbers from 1 to 100'],
    ['area of a right triangle', 'area of a triangle'],
    ['a regex that matches exactly three digits', 'a regex that matches three digits'],
    ['How well does ibuprofen work?', 'How does ibuprofen work?'],
    ['what is angular', 'what is angularjs'],
    ['players of a baseball team', 'players of a basketball team'],
    ['My dog is sick, what now?', 'Your dog is sick, what now?'],
    ['So my dog is sick, what now?', 'Your dog is sick, what now?'],
  ])('%s is nothing like %s', (a, b) => {
    expect(score(a, b)).toBeLessThan(defaultOverlap);
  });

  it('is 1 for equal signatures, and never more', () => {
    const words = fc.array(
      fc.constantFrom('reset', 'password', 'the', 'my', 'not', 'passwrod', '5', 'please'),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [left, right] = [signature(a.join(' '))!, signature(b.join(' '))!];
        expect(overlap(left, left)).toBe(1);
        expect(overlap(left, right)).toBeGreaterThanOrEqual(0);
        expect(overlap(left, right) === 1).toBe(left.key === right.key);
      }),
    );
  });
});
